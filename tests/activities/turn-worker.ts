/** A worker to be killed: runs one turn in a process of its own. Arguments: the harness's root, a behaviour. */
import { createHarness, fixture } from './turn-harness.js';

const [root = '', behaviour = '', timeoutMs = '60000'] = process.argv.slice(2);
const run = [process.execPath, fixture, 'command', behaviour];
const harness = createHarness({ root, agent: { run }, task: { timeoutMs: Number(timeoutMs) } });
const facts = await harness.run();
process.stdout.write(JSON.stringify(facts));
