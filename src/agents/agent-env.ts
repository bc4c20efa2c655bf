/**
 * The environment of an agent: what every program needs, what the spec names, what the adapter's vendor reads, and
 * the facts of its turn. Everything else of the worker's (above all Temporal's address and keys) stays out.
 */
type Variables = Readonly<Record<string, string | undefined>>;

const ordinary = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'TERM', 'TMPDIR', 'SHELL', 'TZ'];

export interface AgentEnvironmentSources {
  /** The worker's own environment. */
  readonly worker: Variables;
  /** LONGHAUL_HOME/env, which wins over the worker's own. */
  readonly home: Variables;
  /** Variables that the spec names for this agent. */
  readonly named: readonly string[];
  /** Beginnings of variables that the adapter lets through where they are there. */
  readonly beginnings: readonly string[];
}

export interface AgentEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Named, and set nowhere. */
  readonly missing: readonly string[];
}

export function agentEnvironment(sources: AgentEnvironmentSources): AgentEnvironment {
  const { worker, home, named, beginnings } = sources;
  const variables: Record<string, string> = {};
  const known: Variables = { ...worker, ...home };
  for (const [name, value] of Object.entries(known)) {
    const asked = named.includes(name) || beginnings.some((beginning) => name.startsWith(beginning));
    const plain = ordinary.includes(name) || name.startsWith('LC_');
    if (value !== undefined && (asked || plain) && !name.startsWith('TEMPORAL_')) variables[name] = value;
  }
  return { variables, missing: named.filter((name) => variables[name] === undefined) };
}

/** KEY=VALUE lines; empty lines and lines that begin with # say nothing; quotes around a value are taken off. */
export function parseEnvFile(text: string): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const [, name, value = ''] =
      /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    variables[name] = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
  }
  return variables;
}
