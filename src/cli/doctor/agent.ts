/** Agents' programs: installed, of a version that is known, and logged in as far as that shows without spending. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { agentEnvironment, parseEnvFile } from '../../agents/agent-env.js';
import { adapterKinds, findAdapter } from '../../agents/registry.js';
import type { HomePaths } from '../../core/home.js';
import { installationOf, programOf } from '../agent-program.js';
import type { WrittenAgent } from '../written-agent.js';
import { missing, ok, warning, type Finding } from './finding.js';
import { findOnPath, runQuickly } from './program.js';

interface Vendor {
  /** The version that Longhaul's tests run with. */
  readonly tested: string;
  /** Variables of which one is a login. */
  readonly variables: readonly string[];
  /** Where a login is kept: below the folder that the variable names, else below this one of the user's home. */
  readonly file: { readonly variable: string; readonly folder: string; readonly name: string };
  readonly login: string;
  /** Said where the worker runs as root. */
  readonly root: string | null;
}

const vendors: Readonly<Record<string, Vendor | undefined>> = {
  'claude-code': {
    tested: '2.1.329',
    variables: [
      ...['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
      ...['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX'],
    ],
    file: { variable: 'CLAUDE_CONFIG_DIR', folder: '.claude', name: '.credentials.json' },
    login: 'log in once with `claude` as this user, or add ANTHROPIC_API_KEY=… to',
    root: 'as root it refuses to work unasked unless IS_SANDBOX is set, which Longhaul sets',
  },
  codex: {
    tested: '0.169.0',
    variables: ['CODEX_API_KEY'],
    file: { variable: 'CODEX_HOME', folder: '.codex', name: 'auth.json' },
    login: 'log in once with `codex login` as this user, or add CODEX_API_KEY=… to',
    root: null,
  },
};

export interface AgentLook {
  readonly home: HomePaths;
  readonly env: NodeJS.ProcessEnv;
  /** Where programs of the repository are; null where nobody knows. */
  readonly repository: string | null;
}

/** `named` are those of a campaign file; without one, all that are on the PATH. */
export async function checkAgents(
  named: readonly WrittenAgent[] | null,
  look: AgentLook,
): Promise<readonly Finding[]> {
  if (named !== null) return (await Promise.all(named.map((agent) => checkAgent(agent, look)))).flat();
  const kinds = adapterKinds.filter((kind) => kind !== 'command');
  const all = await Promise.all(kinds.map((kind) => checkUnnamed(kind, look)));
  if (all.some((findings) => findings.every(({ state }) => state === 'ok'))) return all.flat();
  const way = installationOf('claude-code') ?? '';
  return [
    ...all.flat(),
    warning('agents', 'no agent is ready to work', `${way}; or write your own (docs/agents.md)`),
  ];
}

/** One that is not there is nobody's fault: no campaign asks for it. */
async function checkUnnamed(kind: string, look: AgentLook): Promise<readonly Finding[]> {
  const agent = { name: kind, adapter: kind, run: [], model: null, env: [], options: {} };
  const found = await checkAgent(agent, look);
  return found.map((finding) => (finding.state === 'missing' ? { ...finding, state: 'warning' } : finding));
}

async function checkAgent(agent: WrittenAgent, look: AgentLook): Promise<readonly Finding[]> {
  const what = `agent ${agent.name}`;
  const program = programOf(agent);
  if (program === null)
    return [missing(what, 'its adapter is not known, or it has no program', 'see `longhaul check`')];
  const file = await findProgram(program, look);
  const kind = agent.adapter ?? '';
  if (file === null)
    return [
      missing(what, `${program} is not there`, installationOf(kind) ?? `install ${program}, or correct run`),
    ];
  const vendor = vendors[kind];
  if (vendor === undefined) return [ok(what, `${file} is there`)];
  return [await checkVersion(what, file, { vendor, look }), checkLogin(what, agent, { vendor, look })];
}

/** A relative path is one in the repository. */
async function findProgram(program: string, { env, repository }: AgentLook): Promise<string | null> {
  if (!program.includes('/')) return findOnPath(program, env['PATH'] ?? '');
  return findOnPath(path.resolve(repository ?? '.', program), '');
}

interface Known {
  readonly vendor: Vendor;
  readonly look: AgentLook;
}

async function checkVersion(what: string, file: string, { vendor, look }: Known): Promise<Finding> {
  const said = await runQuickly(file, ['--version'], look.env);
  const version = /\d+\.\d+\.\d+/.exec(said.text)?.[0];
  if (!said.ok || version === undefined)
    return missing(what, `${file} does not say its version: ${said.text}`, 'install it anew');
  const root = process.getuid?.() === 0 && vendor.root !== null ? `; ${vendor.root}` : '';
  if (version === vendor.tested)
    return ok(what, `${version} (${file}), which Longhaul is tested with${root}`);
  const order = isOlder(version, vendor.tested) ? 'older' : 'newer';
  const text = `${version} (${file}), ${order} than ${vendor.tested}, which Longhaul is tested with${root}`;
  return order === 'newer' ? ok(what, text) : warning(what, text, `install ${vendor.tested} or newer`);
}

export function isOlder(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.split('.').map(Number));
  const at = (a ?? []).findIndex((number, index) => number !== b?.[index]);
  return at !== -1 && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}

/** Only whether something is there: no value is read out, and nobody is asked. */
function checkLogin(what: string, agent: WrittenAgent, { vendor, look: { home, env } }: Known): Finding {
  const kept = parseEnvFile(existsSync(home.env) ? readFileSync(home.env, 'utf8') : '');
  const beginnings = findAdapter(agent.adapter ?? '')?.variables ?? [];
  const { variables } = agentEnvironment({ worker: env, home: kept, named: agent.env, beginnings });
  const own = agent.options['keyVariable'];
  const names = typeof own === 'string' ? [own] : vendor.variables;
  const set = names.find((name) => (variables[name] ?? '') !== '');
  if (set !== undefined) return ok(what, `${set} is set; whether it is valid, the first turn shows`);
  const { variable, folder, name } = vendor.file;
  const file = path.join(variables[variable] ?? path.join(env['HOME'] ?? '', folder), name);
  if (existsSync(file))
    return ok(what, `a login is kept in ${file}; whether it is valid, the first turn shows`);
  const way = `${vendor.login} ${home.env}`;
  // There it is kept in the system's keychain, which would ask the user.
  if (process.platform === 'darwin') return warning(what, 'no login is seen; it may be in the keychain', way);
  return missing(what, `not logged in: neither ${names.join(' nor ')} is set, nor is there ${file}`, way);
}
