import type { Adapter } from './adapter.js';
import { acpAdapter } from './acp.js';
import { claudeCodeAdapter } from './claude-code.js';
import { codexAdapter } from './codex.js';
import { commandAdapter } from './command.js';

const adapters: readonly Adapter[] = [claudeCodeAdapter, codexAdapter, acpAdapter, commandAdapter];

/** Null for a kind that nobody wrote yet: the spec refuses it before a campaign starts. */
export function findAdapter(kind: string): Adapter | null {
  return adapters.find((adapter) => adapter.kind === kind) ?? null;
}

export const adapterKinds: readonly string[] = adapters.map((adapter) => adapter.kind);
