/** A worker to be killed: runs one turn in a process of its own. Arguments: the harness's root, a behaviour, a limit. */
import { createHarness, fixture } from './turn-harness.js';

const [root = '', behaviour = '', limitMs] = process.argv.slice(2);
const run = [process.execPath, fixture, 'command', behaviour];
const task = limitMs === undefined ? {} : { timeoutMs: Number(limitMs), stallMs: Number(limitMs) };
const harness = createHarness({ root, agent: { run }, task });
const facts = await harness.run();
process.stdout.write(JSON.stringify(facts));
