/** Programs that are looked for, and asked for a line. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

const TIMEOUT_MS = 20_000;
const LONGEST = 200;

/** Null where it is nowhere on the PATH. */
export async function findOnPath(program: string, searchPath: string): Promise<string | null> {
  if (path.isAbsolute(program)) return (await isExecutable(program)) ? program : null;
  for (const folder of searchPath.split(path.delimiter)) {
    const file = path.join(folder, program);
    if (path.isAbsolute(folder) && (await isExecutable(file))) return file;
  }
  return null;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Sees no variables but where programs and the home are: a question for a version needs no keys. */
export async function runQuickly(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const bare = { PATH: env['PATH'], HOME: env['HOME'] };
  return new Promise((resolve) => {
    execFile(
      file,
      [...args],
      { env: bare, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        const said = (error === null ? stdout : stderr).trim().split('\n')[0] ?? '';
        const text = said === '' && error !== null ? error.message : said;
        resolve({ ok: error === null, text: text.slice(0, LONGEST) });
      },
    ).stdin?.end();
  });
}
