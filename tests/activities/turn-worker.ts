/** A worker to be killed: runs one turn in a process of its own. Arguments: the harness's root, its options as JSON. */
import { createHarness, type HarnessOptions } from './turn-harness.js';

const [root = '', options = '{}'] = process.argv.slice(2);
const harness = createHarness({ ...(JSON.parse(options) as HarnessOptions), root });
const facts = await harness.run();
process.stdout.write(JSON.stringify(facts));
