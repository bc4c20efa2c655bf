/**
 * `download-main FOLDER`: lets the Temporal SDK download its dev server into FOLDER, and prints the file's path. The
 * SDK offers the download only together with a start: the server that it starts is in memory, and ended at once.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';

const folder = process.argv[2] ?? '';
try {
  const server = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: folder } },
  });
  await server.teardown();
  const name = readdirSync(folder).find((each) => each.startsWith('temporal-sdk-typescript-'));
  if (name === undefined) throw new Error(`the SDK put no server into ${folder}`);
  console.log(path.join(folder, name));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  // The SDK repeats the address and the cause at every level: the last part is what happened.
  console.error(message.split(': ').slice(-2).join(': '));
  process.exitCode = 1;
}
