import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** How a person types our commands here: `longhaul` where it is installed, else as this very process was started. */
export function howToCall(env: NodeJS.ProcessEnv, main: string): string {
  const own = realpathSync(main);
  const folders = (env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '' && !isNpms(folder));
  const first = folders.map((folder) => path.join(folder, 'longhaul')).find((file) => existsSync(file));
  if (first !== undefined && realpathSync(first) === own) return 'longhaul';
  const byNpm = env['npm_lifecycle_event'] !== undefined || env['npm_command'] !== undefined;
  return byNpm ? 'npx longhaul' : `node ${own}`;
}

/** npm puts its own folders before the PATH for as long as its command runs. */
function isNpms(folder: string): boolean {
  return folder.endsWith(path.join('node_modules', '.bin')) || folder.includes('node-gyp-bin');
}
