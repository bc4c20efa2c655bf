// Healthy is a worker that polls its task queues, and has said so in the last half minute (docs/operations.md).
import { readFileSync, statSync } from 'node:fs';
import os from 'node:os';

const { LONGHAUL_HOME: home, LONGHAUL_HOST: host } = process.env;
const record = `${home}/hosts/${host || os.hostname()}/worker.json`;
const isFresh = Date.now() - statSync(record).mtimeMs < 30_000;
process.exit(isFresh && JSON.parse(readFileSync(record, 'utf8')).ready ? 0 : 1);
