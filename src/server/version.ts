import { readFileSync } from 'node:fs';

/** Longhaul's own, of the code that this process runs: an upgrade changes the files below it. */
export const LONGHAUL_VERSION = readVersion();

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
