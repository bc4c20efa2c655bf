/** Rounds as a campaign file says them, and what comes of a list. */
import { describe, expect, it } from 'vitest';
import { withAddition, type Addition } from '../../src/core/addition.js';
import { roundRequest } from '../../src/core/addition-request.js';
import { compileAgain, type CompileSource } from '../../src/core/compile-source.js';
import { outputFaults, roundAddition } from '../../src/core/round-output.js';
import { readFilled, readSpec } from '../../src/core/spec.js';
import { compileText, digest, planOf } from './compile-spec.js';

const TOP = 'version: 1\nname: hunt\nagents: { a: { adapter: command, run: [x] } }\n';
const ROUND = `tasks:
- { id: find, title: Find }
- { id: fix, title: "Fix {{item.title}}", forEach: { task: find, at: bugs.open, max: 3 }, owns: ["src/{{item.file}}/**"], verify: ["npm test {{item.file}}"], prompt: "No. {{itemNumber}}: {{item}} \\\\{{item}}" }
- { id: check, title: Check, needs: [fix] }
`;
const BUGS = [
  { id: 'Total sum', title: 'the sum', file: 'cart' },
  { title: 'the tax', file: 'tax' },
];
const OUTPUT = JSON.stringify({ bugs: { open: BUGS } });

function problems(text: string, additions: readonly Addition[] = []): readonly string[] {
  return readSpec(TOP + text, 'f', { additions }).problems.map(
    ({ code, where }) => `${where?.line ?? '?'} ${code}`,
  );
}

function sourceOf(text: string): CompileSource {
  const { filled } = readSpec(TOP + text, 'f');
  return {
    version: 1,
    file: 'f',
    value: filled,
    roles: {},
    templates: {},
    existingBranches: [],
    learnt: null,
  };
}

/** The campaign of this file once the round's tasks are made of these outputs. */
function extended(text: string, round: string, outputs: Readonly<Record<string, string>>) {
  const source = sourceOf(text);
  let now = planOf(TOP + text);
  return {
    add(template = round) {
      const { addition, problems: faults } = roundAddition(
        now.brief,
        roundRequest(now.plan, template),
        (task) => outputs[task] ?? null,
      );
      if (addition === null) return { faults };
      const additions = withAddition(now.brief.additions, addition);
      const {
        plan,
        brief,
        problems: found,
      } = compileAgain(source, { earlier: now.brief, additions, digest });
      expect(found).toEqual([]);
      now = { plan: plan!, brief: brief! };
      return now;
    },
  };
}

function made(text = ROUND, outputs: Readonly<Record<string, string>> = { find: OUTPUT }) {
  const after = extended(text, 'fix', outputs).add();
  if (!('plan' in after)) throw new Error(after.faults.join());
  return after;
}

describe('a round', () => {
  it('needs its source, and takes nothing itself', () => {
    const { plan, brief } = planOf(TOP + ROUND);
    const fix = plan.tasks[1]!;
    expect(fix).toMatchObject({ round: { from: 'find', aheadMs: 1_800_000 }, estimateMs: 0, claims: [] });
    expect(fix.after).toEqual(['done:find']);
    expect(brief.tasks['find']!.feeds).toEqual([
      {
        template: 'fix',
        at: 'bugs.open',
        max: 3,
        paths: ['title', '', 'file'],
        commandPaths: ['file'],
      },
    ]);
  });

  it('becomes tasks, each with its item in all texts, and who needs it needs them all', () => {
    const { plan, brief } = made();
    expect(plan.tasks.map(({ id, depth, madeOf, round }) => [id, depth, madeOf, round?.aheadMs])).toEqual([
      ['find', 0, null, undefined],
      ['fix', 0, null, 0],
      ['fix-Total-sum', 1, 'fix', undefined],
      ['fix-2', 1, 'fix', undefined],
      ['check', 0, null, undefined],
    ]);
    expect(brief.tasks['fix-2']).toMatchObject({
      title: 'Fix the tax',
      owns: ['src/tax/**'],
      verify: ['npm test tax'],
      prompt: 'No. 2: {"title":"the tax","file":"tax"} {{item}}',
      needs: ['find', 'fix'],
    });
    expect(brief.tasks['check']!.needs).toEqual(['fix', 'fix-Total-sum', 'fix-2']);
    expect(brief.tasks['fix']!.owns).toEqual([]);
    expect(plan.groups[0]!.members).toEqual(plan.tasks.map(({ id }) => id));
  });

  it('leaves all else as it was: the digests of what does not need it', () => {
    const before = planOf(TOP + ROUND).plan;
    const { plan } = made();
    const digestOf = (at: typeof plan, id: string) => at.tasks.find((task) => task.id === id)!.digest;
    for (const id of ['find', 'fix']) expect(digestOf(plan, id)).toBe(digestOf(before, id));
    expect(digestOf(plan, 'check')).not.toBe(digestOf(before, 'check'));
  });

  it('may come to nothing', () => {
    const { plan } = made(ROUND, { find: '{"bugs":{"open":[]}}' });
    expect(plan.tasks.map(({ id }) => id)).toEqual(['find', 'fix', 'check']);
  });

  it('over a round takes the list of each of its tasks', () => {
    const text = `${ROUND}- { id: proof, title: "Prove {{item}}", forEach: fix }\n`;
    const outputs = { find: OUTPUT, 'fix-Total-sum': '["a","b"]', 'fix-2': '["c"]' };
    const campaign = extended(text, 'fix', outputs);
    campaign.add();
    const after = campaign.add('proof');
    if (!('plan' in after)) throw new Error('no plan');
    const own = after.plan.tasks.filter(({ madeOf }) => madeOf === 'proof');
    expect(own.map(({ id, depth, title }) => [id, depth, title])).toEqual([
      ['proof-Total-sum-1', 2, 'Prove a'],
      ['proof-Total-sum-2', 2, 'Prove b'],
      ['proof-2-1', 2, 'Prove c'],
    ]);
  });

  it('is assumed to have as many tasks as it expects', () => {
    const { spec } = readSpec(
      `${TOP}${ROUND}- { id: proof, title: "{{item}}", forEach: { task: fix, expect: 2 } }`,
      'f',
      {
        assume: true,
      },
    );
    const assumed = [...spec!.added].filter(([, task]) => task.assumed).map(([id]) => id);
    expect(assumed).toEqual([
      ...['fix-1', 'fix-2', 'fix-3'],
      ...['proof-1-1', 'proof-1-2', 'proof-2-1', 'proof-2-2', 'proof-3-1', 'proof-3-2'],
    ]);
    const { plan } = compileText(`${TOP}${ROUND}`, { assume: true });
    expect(plan!.tasks.filter(({ assumed: is }) => is).map(({ title }) => title)).toEqual([
      'Fix title-1',
      'Fix title-2',
      'Fix title-3',
    ]);
  });
});

describe('the output that a round is made of', () => {
  const faults = (output: unknown) =>
    outputFaults(planOf(TOP + ROUND).brief, 'find', output === null ? null : JSON.stringify(output));
  const open = (...list: unknown[]) => faults({ bugs: { open: list } });
  const bug = (more: object) => ({ title: 't', file: 'f', ...more });

  it('is well', () => expect(faults({ bugs: { open: BUGS } })).toEqual([]));
  it.each([
    [null, 'No output'],
    [{}, '"bugs.open" of the output must be a list, of which the tasks of fix are made, not missing'],
    [{ bugs: { open: 'x' } }, 'not a string'],
  ])('%j', (output, said) => expect(faults(output)[0]).toContain(said));

  it('has a list that is not too long, of things that have what the texts ask for', () => {
    expect(open(bug({}), bug({}), bug({}), bug({}))[0]).toContain('4 entries, and at most 3');
    expect(open({ title: 't' })).toEqual(['Entry 1 of the list for fix has no "file".']);
    expect(open(['x'])[0]).toContain('must be a text, a number or an object, not a list');
  });
  it('names its tasks: each once, as a task can be called, and as no other is', () => {
    expect(open(bug({ id: 'X' }), bug({ id: 'x' }))[0]).toContain(
      'Entries 1 and 2 of the list for fix have the same id',
    );
    expect(open(bug({ id: '💥' }))[0]).toContain('an id that no task can have');
    const other = planOf(`${TOP}${ROUND}- { id: fix-cart, title: C }`).brief;
    const output = JSON.stringify({ bugs: { open: [bug({ id: 'cart' })] } });
    expect(outputFaults(other, 'find', output)[0]).toContain('has a task fix-cart already');
  });
  it('may name again what the file names no more', () => {
    const { brief } = made();
    const without = compileAgain(sourceOf('tasks:\n- { id: find, title: Find }'), {
      earlier: brief,
      additions: [],
      digest,
    }).brief!;
    const again = compileAgain(sourceOf(ROUND), { earlier: without, additions: [], digest }).brief!;
    expect(Object.keys(again.tasks)).toContain('fix-2');
    expect(outputFaults(again, 'find', OUTPUT)).toEqual([]);
  });
  it('gets no more into a command than a plain word', () => {
    expect(open(bug({ file: 'x; rm -rf /' }))[0]).toContain('is no plain word in "file"');
    expect(open(bug({ file: '--eval=x' }))[0]).toContain('no - at its begin');
  });
});

describe('what is no round', () => {
  const task = '- { id: t, title: T, forEach: f }\n- { id: f, title: F }\n';
  it.each([
    ['- { id: t, title: T, forEach: nobody }', ['5 spec/unknown-task']],
    ['- { id: t, title: T, forEach: t }', ['5 spec/cycle']],
    [`${task}- { id: u, title: U, needs: [{ finish: t }] }`, ['7 spec/bad-round']],
    [`${task}- { id: t-1, title: U }`, ['7 spec/bad-round']],
    ['- { id: f, title: F }\n- { id: t, title: T, forEach: f, kind: testing }', ['6 spec/bad-round']],
    [
      `${task}- { id: u, title: U, kind: testing, forEach: { task: t, max: 1 }, needs: [f, t] }`,
      ['7 spec/bad-round'],
    ],
    ['- { id: f, title: "{{item}}" }', ['5 spec/unset-var']],
    [
      '- { id: f, title: F }\n- { id: a, title: A, forEach: f }\n- { id: b, title: B, forEach: a }\n- { id: c, title: C, forEach: b }',
      ['8 spec/too-deep'],
    ],
    ['- { id: t, title: T, forEach: { task: t, att: x } }', ['5 spec/cycle', '5 spec/unknown-key']],
    ['- { id: f, title: F }\n- { id: t, title: T, forEach: f, copy: ["{{item}}"] }', ['6 spec/bad-round']],
  ])('%s', (text, expected) => {
    expect([...problems(`tasks:\n${text}`)].sort()).toEqual(expected);
  });
  it('a member of a group that waits for only some', () => {
    const group = `phases:\n- name: p\n  groups:\n  - name: g\n    wait: any\n    tasks:\n    - { id: t, title: T, forEach: f }\n    - { id: f, title: F }\n`;
    expect(problems(group)).toContain('10 spec/bad-round');
  });
});

describe('what was added', () => {
  const addition: Addition = {
    key: 'k',
    by: 'agent',
    task: 'find',
    group: 'all/all',
    depth: 1,
    why: '',
    tasks: [{ id: 'more', title: 'More', needs: ['find'] }],
    items: [],
  };
  const tasks = 'tasks:\n- { id: find, title: Find }\n';
  it('is checked with the file as one document, and told without a place of its own', () => {
    expect(problems(tasks, [addition])).toEqual([]);
    expect(problems(tasks, [{ ...addition, tasks: [{ id: 'find', title: 'Twice' }] }])).toEqual([
      '? spec/duplicate-name',
    ]);
    expect(problems(tasks, [{ ...addition, tasks: [{ id: 'x' }] }])).toEqual(['? spec/missing-key']);
  });
  it('is not called as a task of a round, also where the file is not there to point at', () => {
    const wrong = [{ ...addition, tasks: [{ id: 'fix-7', title: 'Not made of fix' }] }];
    const { filled } = readSpec(TOP + ROUND, 'f');
    const codes = readFilled(filled, 'f', wrong).problems.map(({ code }) => code);
    expect([codes, problems(ROUND, wrong)]).toEqual([['spec/bad-round'], ['? spec/bad-round']]);
    expect(readFilled(filled, 'f', made().brief.additions).problems).toEqual([]);
  });
  it('is counted where an id is there twice', () => {
    const twice = [{ ...addition, tasks: [{ id: 'find', title: 'Twice' }] }];
    const { filled } = readSpec(TOP + tasks, 'f');
    const said = [readSpec(TOP + tasks, 'f', { additions: twice }), readFilled(filled, 'f', twice)].map(
      (read) => read.problems.map(({ message }) => message),
    );
    expect(said).toEqual([
      ['task "find" is there twice: first on line 5'],
      ['task "find" is there twice, counting the tasks that are added'],
    ]);
  });
  it('stays within the limits', () => {
    expect(
      problems(`limits: { tasks: 1 }\n${tasks}`, [
        addition,
        { ...addition, key: 'l', tasks: [{ id: 'y', title: 'Y' }] },
      ]),
    ).toEqual(['4 spec/too-many-added']);
    expect(problems(tasks, [{ ...addition, depth: 3 }])[0]).toContain('spec/too-deep');
  });
  it('goes with its group or its round, which is told', () => {
    const { problems: told, spec } = readSpec(TOP + tasks, 'f', {
      additions: [{ ...addition, group: 'x/y' }],
    });
    expect(told.map(({ code, severity }) => [code, severity])).toEqual([['spec/addition-gone', 'warning']]);
    expect(spec!.additions).toEqual([]);
  });
  it('is what an edited template makes of it, or a problem where the items do not suffice', () => {
    const { brief } = made();
    const edited = ROUND.replace('Fix {{item.title}}', 'Mend {{item.title}}');
    const titles = (text: string) =>
      readSpec(TOP + text, 'f', { additions: brief.additions }).spec?.tasks?.map(({ title }) => title);
    expect(titles(edited)).toContain('Mend the tax');
    expect(problems(ROUND.replace('Fix {{item.title}}', '{{item.severity}}'), brief.additions)).toEqual([
      '? spec/bad-item',
      '? spec/bad-item',
    ]);
  });
});
