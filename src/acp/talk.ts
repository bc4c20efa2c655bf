/** What the bridge is to do: its one argument, as JSON. The prompt is on its standard input. */
export interface Talk {
  readonly run: readonly string[];
  readonly model: string | null;
  readonly permissions: 'allow' | 'ask' | 'deny';
  /** A session of the agent's to go on with; null begins one. */
  readonly session: string | null;
}

/** A line on standard output: those of the `command` adapter, and three of its own (agents/acp.ts). */
export type Line = Readonly<Record<string, unknown>> & { readonly type: string };

export type Print = (line: Line) => void;
