/** Groups that tasks come into while the campaign runs: what they wait for. */
import { describe, expect, it } from 'vitest';
import type { Addition } from '../../src/core/addition.js';
import { compileAgain } from '../../src/core/compile-source.js';
import { readSpec } from '../../src/core/spec.js';
import { digest, keptPlanOf } from './compile-spec.js';

describe('a group that more tasks come into', () => {
  const group = (wait: string, more = '') =>
    `version: 1\nname: hunt\nagents: { a: { adapter: command, run: [x] } }\nphases:\n- name: p\n  groups:\n  - { name: g${wait}, tasks: [{ id: a, title: A }, { id: b, title: B }${more}] }\n`;
  const addition: Addition = {
    ...{ key: 'k', by: 'person', task: null, group: 'p/g', depth: 1, why: '', items: [] },
    tasks: [{ id: 'late', title: 'Late' }],
  };
  const waitOf = (text: string, additions: readonly Addition[]) => {
    const { brief, source } = keptPlanOf(text);
    const { plan } = compileAgain(source, { earlier: brief, additions, digest });
    return { wait: plan!.groups[0]!.wait, of: plan!.groups[0]!.members.length };
  };
  it.each([
    ['', 3],
    [', wait: all', 3],
    [', wait: 2', 3],
    [', wait: 2, rest: finish', 3],
    [', wait: 1', 1],
    [', wait: any, rest: finish', 1],
  ])('waits for them too, unless it waits for fewer than it was written with%s', (wait, count) => {
    expect(waitOf(group(wait), [addition])).toEqual({ wait: count, of: 3 });
  });
  it('counts what the edited file has', () => {
    expect(waitOf(group(', wait: 2', ', { id: c, title: C }'), [addition])).toEqual({ wait: 2, of: 4 });
    expect(waitOf(group(', wait: 3', ', { id: c, title: C }'), [addition])).toEqual({ wait: 4, of: 4 });
  });
  it('waits for all that a round of it makes', () => {
    const text = group(', wait: 3', ', { id: c, title: "{{item}}", forEach: a }');
    const round: Addition = {
      ...addition,
      ...{ by: 'round', task: 'c', tasks: [], items: [1, 2].map((item) => ({ key: String(item), item })) },
    };
    expect(waitOf(text, [round, addition])).toEqual({ wait: 6, of: 6 });
  });
  it('still has its keys checked', () => {
    const codes = (wait: string) =>
      readSpec(group(wait), 'f', { additions: [addition] }).problems.map(({ code }) => code);
    expect([', wait: some', ', rest: finish', ', wait: 0'].map(codes)).toEqual([
      ['spec/wrong-value'],
      ['spec/conflicting-keys'],
      ['spec/wrong-value'],
    ]);
  });
});
