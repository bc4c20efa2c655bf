/** What an adapter is told of a turn, and what it wants to find when its program is started. */
import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Place, TurnRequest } from '../agents/adapter.js';
import { agentFolder } from '../core/home.js';
import type { Turn } from './turn-files.js';

/** In the environment of a program that has tools. */
export const TOKEN_VARIABLE = 'LONGHAUL_MCP_TOKEN';

export function requestOf(turn: Turn, start: { prompt: string; resume: boolean }): TurnRequest {
  const { agent, adapter, session, env, deps, task, files, order } = turn;
  const { prompt, resume } = start;
  return {
    agent,
    prompt,
    env,
    home: agentFolder(deps.home, adapter.kind),
    bridge: bridgeCommand(),
    answer: order.permission === true ? order.note : null,
    schema: task.output,
    schemaFile: files.schema,
    session: resume ? (session.told ?? session.session) : session.session,
    resume,
    maxUsd: order.maxUsd ?? null,
    root: process.getuid?.() === 0,
    mcp: { url: deps.tools.url, tokenVariable: TOKEN_VARIABLE },
  };
}

/** `dist/acp/main.js`; from the sources, tsx runs the source. */
function bridgeCommand(): readonly string[] {
  const file = fileURLToPath(new URL('../acp/main.js', import.meta.url));
  if (!import.meta.url.endsWith('.ts')) return [process.execPath, file];
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return [process.execPath, '--import', tsx, file.replace(/\.js$/, '.ts')];
}

export function makePlaces(places: readonly Place[]): void {
  for (const place of places) {
    if (place.is === 'folder') mkdirSync(place.path, { recursive: true, mode: 0o700 });
    else if (place.is === 'file') writeFileSync(place.path, place.text);
    else makeLink(place);
  }
}

/** Turns start side by side, and make the same link. */
function makeLink({ path, to }: Extract<Place, { is: 'link' }>): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined && (!found.isSymbolicLink() || readlinkSync(path) === to)) return;
  rmSync(path, { force: true });
  try {
    symlinkSync(to, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
