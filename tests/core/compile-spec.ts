import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { JsonSchema } from '../../src/core/brief.js';
import type { CompileSource } from '../../src/core/compile-source.js';
import { compile, type Compiled } from '../../src/core/compile.js';
import type { Plan } from '../../src/core/plan.js';
import { readSpec } from '../../src/core/spec.js';

export interface Around {
  readonly campaign?: string;
  readonly roles?: readonly string[];
  readonly branches?: readonly string[];
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
  /** With the tasks that rounds are expected to have. */
  readonly assume?: boolean;
}

export const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** Compiles a campaign file of the whole language, which must be right. */
export function compileText(text: string, around: Around = {}): Compiled {
  const { spec, problems } = readSpec(text, 'campaign.yaml', { assume: around.assume ?? false });
  expect(problems.filter(({ severity }) => severity === 'problem')).toEqual([]);
  return compile({
    spec: spec!,
    campaign: around.campaign ?? 'c',
    repository: { location: '/repo', kind: 'path', base: 'main', baseCommit: 'b'.repeat(40) },
    roles: Object.fromEntries(
      (around.roles ?? []).map((name) => [
        name,
        {
          name,
          description: '',
          instructions: `You are ${name}.`,
          model: null,
          options: {},
          outputFolder: null,
        },
      ]),
    ),
    templates: {},
    existingBranches: around.branches ?? ['main'],
    schemas: around.schemas ?? {},
    createdAt: '2026-01-01T00:00:00Z',
    digest,
  });
}

export function planOf(text: string, around?: Around): { plan: Plan; brief: NonNullable<Compiled['brief']> } {
  const { plan, brief, problems } = compileText(text, around);
  expect(problems).toEqual([]);
  return { plan: plan!, brief: brief! };
}

/** The same with what is kept of what it was compiled from. */
export function keptPlanOf(text: string): ReturnType<typeof planOf> & { source: CompileSource } {
  const { filled } = readSpec(text, 'campaign.yaml');
  const around = { roles: {}, templates: {}, existingBranches: ['main'], learnt: null };
  return { ...planOf(text), source: { ...around, version: 1, file: 'campaign.yaml', value: filled } };
}

/** `line:column code` of each problem that compiling finds. */
export function problemsOf(text: string, around?: Around): readonly string[] {
  return compileText(text, around).problems.map(
    ({ code, where }) => `${where?.line ?? '?'}:${where?.column ?? '?'} ${code}`,
  );
}
