import { faultOfOption } from '../agents/option.js';
import { findAdapter } from '../agents/registry.js';
import type { Problem } from '../core/problem.js';
import type { PlaceOf } from '../core/spec-source.js';
import { suggest } from '../core/spec-suggest.js';
import type { WrittenAgent } from './written-agent.js';

/** Options that an agent's program does not have, or not with such a value. What is no option at all, the schema tells. */
export function findWrongOptions(agents: readonly WrittenAgent[], placeOf: PlaceOf): readonly Problem[] {
  return agents.flatMap((agent) =>
    Object.entries(agent.options).flatMap(([option, value]) => {
      const told = complain(agent, option, value);
      if (told === null) return [];
      const { is, ...problem } = told;
      const where = placeOf(['agents', agent.name, 'options', option], is);
      return [{ ...problem, where, severity: 'problem' } as const];
    }),
  );
}

type Told = Pick<Problem, 'code' | 'message' | 'hint'> & { readonly is: 'key' | 'value' };

function complain({ name, adapter }: WrittenAgent, option: string, value: unknown): Told | null {
  const known = findAdapter(adapter ?? '');
  if (known === null) return null;
  const kind = Object.hasOwn(known.options, option) ? known.options[option] : undefined;
  if (kind !== undefined) {
    const fault = faultOfOption(kind, value);
    const message = `the option "${option}" of agent "${name}" ${fault ?? ''}, not ${JSON.stringify(value)}`;
    const hint = 'docs/agents.md lists the options of each adapter';
    return fault === null ? null : { is: 'value', code: 'spec/wrong-value', message, hint };
  }
  const names = Object.keys(known.options);
  const meant = suggest(option, names);
  return {
    is: 'key',
    code: 'spec/unknown-option',
    message: `agent "${name}" has the adapter ${known.kind}, which has no option "${option}"`,
    hint: meant === null ? hintOf(known.kind, names) : `did you mean "${meant}"?`,
  };
}

function hintOf(kind: string, names: readonly string[]): string {
  return names.length === 0
    ? 'pass it to the program in run'
    : `leave it out; options of ${kind}: ${names.join(', ')}`;
}
