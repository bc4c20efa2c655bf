/** A worker to be killed: runs one turn in a process of its own. Arguments: the harness's root, its options as JSON. */
import { startToolServer } from '../../src/activities/tool-server.js';
import { createHarness, type HarnessOptions } from './turn-harness.js';

const [root = '', options = '{}'] = process.argv.slice(2);
const tools = await startToolServer();
const harness = createHarness({ ...(JSON.parse(options) as HarnessOptions), root }, tools);
const facts = await harness.run();
process.stdout.write(JSON.stringify(facts));
await tools.close();
