/** Random campaign files, as values of the format: what they say is allowed, though not always together. */
import fc from 'fast-check';

const task = fc.record({
  kind: fc.constantFrom('work', 'work', 'work', 'testing'),
  minutes: fc.integer({ min: 1, max: 90 }),
  needs: fc.array(fc.tuple(fc.constantFrom('task', 'draft', 'finish', 'contract'), fc.nat(20)), {
    maxLength: 2,
  }),
  owns: fc.uniqueArray(fc.constantFrom('src/**', 'src/api/**', 'docs/*.md'), { maxLength: 1 }),
  intends: fc.uniqueArray(fc.constantFrom('src/*/x.ts', 'docs/**'), { maxLength: 1 }),
  publishes: fc.boolean(),
  provider: fc.option(fc.nat(20), { nil: null }),
  onFailure: fc.constantFrom('best-effort', 'retry-failed'),
});
type Given = typeof task extends fc.Arbitrary<infer T> ? T : never;

const idOf = (at: number) => `t${at}`;

/** Needs point to earlier tasks; those of contracts to earlier authors. */
function needsOf(given: readonly Given[], at: number) {
  const needs = (given[at]?.needs ?? []).flatMap(([kind, on]): readonly (readonly [string, number])[] => {
    const isThere = on < at && (kind !== 'contract' || given[on]?.publishes === true);
    return isThere ? [[kind, on]] : [];
  });
  const isFirst = (on: number, index: number) => needs.findIndex(([, other]) => other === on) === index;
  return needs
    .filter(([, on], index) => isFirst(on, index))
    .map(([kind, on]) =>
      kind === 'task' ? idOf(on) : { [kind]: kind === 'contract' ? `c${on}` : idOf(on) },
    );
}

function tasksOf(given: readonly Given[]) {
  return given.map(({ kind, minutes, owns, intends, publishes, onFailure }, at) => ({
    id: idOf(at),
    kind,
    title: `Do the work of part ${at}`,
    estimate: `${minutes}m`,
    needs: needsOf(given, at),
    owns,
    intends,
    ...(publishes ? { publishes: [`c${at}`] } : {}),
    onFailure,
    verify: ['true'],
  }));
}

function contractsOf(given: readonly Given[]) {
  const made = given.flatMap(({ publishes, provider }, at) => {
    if (!publishes) return [];
    const isOther = provider !== null && provider !== at && provider < given.length;
    const told = isOther ? { provider: idOf(provider), test: 'true' } : {};
    return [[`c${at}`, { version: '1.0.0', files: [`contracts/c${at}.yaml`], ...told }] as const];
  });
  return made.length === 0 ? {} : { contracts: Object.fromEntries(made) };
}

const common = {
  version: 1,
  name: 'random',
  limits: { agents: 3 },
  agents: { a: { adapter: 'command', run: ['true'], instances: 3 } },
};

const givens = fc.array(task, { minLength: 1, maxLength: 9 });

/** With `group` numbers or without, in the order of the needs. */
export const flatSpec = fc.tuple(givens, fc.boolean()).map(([given, isNumbered]) => ({
  ...common,
  ...contractsOf(given),
  tasks: tasksOf(given).map((each, at) => (isNumbered ? { ...each, group: 1 + Math.floor(at / 3) } : each)),
}));

/** In phases of groups; a testing task may be refused there. */
export const phasedSpec = fc
  .tuple(givens, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 }), fc.boolean())
  .map(([given, size, side, isRacing]) => {
    const tasks = tasksOf(given);
    const groups = Array.from({ length: Math.ceil(tasks.length / size) }, (_, at) => ({
      name: `g${at}`,
      ...(isRacing ? { wait: 'any', rest: 'finish' } : {}),
      tasks: tasks.slice(at * size, (at + 1) * size),
    }));
    const phases = Array.from({ length: Math.ceil(groups.length / side) }, (_, at) => ({
      name: `p${at}`,
      groups: groups.slice(at * side, (at + 1) * side),
    }));
    return { ...common, ...contractsOf(given), phases };
  });
