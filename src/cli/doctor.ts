import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { ProblemError } from '../core/problem.js';
import { parseSource } from '../core/spec-source.js';
import { valueAt } from '../core/spec-written.js';
import { plainLine } from '../report/escape.js';
import type { Cli } from './cli.js';
import { checkAgents } from './doctor/agent.js';
import type { Finding } from './doctor/finding.js';
import { checkDisk, checkHome, checkMemory, checkPorts, checkSandbox } from './doctor/machine.js';
import { checkGit, checkServer } from './doctor/server.js';
import { EXIT } from './exit-code.js';
import { printData, printJson } from './output.js';
import { whyUnreadable } from './unreadable.js';
import { readAgents, type WrittenAgent } from './written-agent.js';

interface Wanted {
  readonly agents: readonly WrittenAgent[] | null;
  /** Turns at once; null where no campaign says it. */
  readonly turns: number | null;
  readonly repository: string | null;
}

export function addDoctor(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .description('see whether this machine has what campaigns need; starts nothing, and spends nothing')
    .argument('[file]', 'a campaign file, for its agents and limits')
    .option('--json', 'as JSON')
    .action(async (file: string | undefined, { json = false }: { json?: boolean }) => {
      const findings = await examine(cli, await readWanted(file));
      if (json) printJson(findings);
      else printData(render(findings));
      if (findings.some(({ state }) => state === 'missing')) cli.exitCode = EXIT.error;
    });
}

async function examine(
  { home, env }: Cli,
  { agents, turns, repository }: Wanted,
): Promise<readonly Finding[]> {
  return [
    await checkGit(),
    await checkServer(home, env),
    ...(await checkAgents(agents, { home, env, repository })),
    await checkSandbox(env),
    await checkHome(home.root),
    await checkDisk(home.root),
    checkMemory(turns),
    await checkPorts(),
  ];
}

/** A file that is wrong elsewhere does as well: `check` tells of that. */
async function readWanted(file: string | undefined): Promise<Wanted> {
  if (file === undefined) return { agents: null, turns: null, repository: null };
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, whyUnreadable(error));
  });
  const { value, problems } = parseSource(text, file);
  if (problems.length > 0) throw unreadable(file, problems[0]?.message ?? 'it is no campaign file');
  const repository = valueAt(value, ['repository']) ?? '.';
  return {
    agents: readAgents(value),
    turns: turnsAtOnce(value),
    repository: typeof repository === 'string' ? path.resolve(path.dirname(file), repository) : null,
  };
}

function unreadable(file: string, why: string): ProblemError {
  return new ProblemError({
    code: 'spec/unreadable',
    message: `the campaign file ${file} can't be read: ${why}`,
    hint: '`longhaul check` tells all that is wrong with it; without a file, the doctor looks at what is on the PATH',
    severity: 'problem',
  });
}

const USUAL_TURNS = 5;

function turnsAtOnce(value: unknown): number {
  const limit = valueAt(value, ['limits', 'agents']);
  const lanes = readAgents(value).map(({ name }) => valueAt(value, ['agents', name, 'instances']) ?? 1);
  const sum = lanes.reduce((most: number, lane) => most + (typeof lane === 'number' ? lane : 1), 0);
  return Math.min(typeof limit === 'number' ? limit : USUAL_TURNS, sum);
}

const SIGNS = { ok: '✓ ok', warning: '! look', missing: '✗ missing' } as const;
const SIGN_WIDTH = 10;

function render(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length)) + 2;
  const indent = ' '.repeat(SIGN_WIDTH + width);
  const lines = findings.flatMap(({ what, state, text, way }) => [
    `${SIGNS[state].padEnd(SIGN_WIDTH)}${plainLine(what).padEnd(width)}${plainLine(text)}`,
    ...(way === null ? [] : [`${indent}→ ${plainLine(way)}`]),
  ]);
  const lost = findings.filter(({ state }) => state === 'missing').length;
  const end =
    lost === 0
      ? 'Nothing that is needed is missing.'
      : `${lost} of what is needed ${lost === 1 ? 'is' : 'are'} missing.`;
  return [...lines, '', end].join('\n');
}
