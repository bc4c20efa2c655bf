import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** As a user would: the demo's repository is a user's, not Longhaul's. */
export async function git(repository: string, ...args: readonly string[]): Promise<string> {
  const settings = [
    'user.name=Longhaul demo',
    'user.email=demo@localhost',
    'commit.gpgSign=false',
    'core.hooksPath=/dev/null',
  ];
  const { stdout } = await promisify(execFile)('git', [
    '-C',
    repository,
    ...settings.flatMap((setting) => ['-c', setting]),
    ...args,
  ]);
  return stdout.trimEnd();
}
