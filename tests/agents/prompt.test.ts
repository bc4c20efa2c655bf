/** What agents are told, by the campaign file that they are told of. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstPrompt } from '../../src/agents/first-prompt.js';
import { newPrompt, wholePrompt } from '../../src/agents/prompt.js';
import { PARTS, PARTS_VERSION } from '../../src/agents/templates/part.js';
import { templateCalled } from '../../src/agents/templates/index.js';
import { TURN } from '../../src/agents/templates/turn.js';
import type { TaskBrief } from '../../src/core/brief.js';
import type { Ask } from '../../src/core/ports.js';
import { TEMPLATE_NAMES } from '../../src/core/template-name.js';
import { digest, planOf } from '../core/compile-spec.js';
import { partsOf } from './prompt-case.js';

const golden = (name: string) => readFileSync(path.join(import.meta.dirname, 'golden', name), 'utf8');

const { brief } = planOf(
  `version: 1
name: cart
goal: Sell things.
agents: { script: { adapter: command, run: [sh] } }
contracts:
  cart-api:
    version: 1.2.0
    files: [contracts/cart.yaml]
    provider: server
    mock: mocks/cart.ts
    test: npm run test:contract
    review: consumers
tasks:
  - id: design
    title: Design the API
    role: architect
    publishes: [cart-api]
    owns: [contracts/**, mocks/**]
    vars:
      purpose: Carts of guests and customers.
      errors: [{ code: CART_FULL, when: a hundred items are in it }]
  - id: server
    title: Implement the API
    prompt: In src/api.
    needs: [{ contract: cart-api }]
    owns: [src/api/**]
    reads: [contracts/**]
    verify: [npm test]
  - { id: page, title: Build the page, needs: [{ contract: cart-api }], owns: [src/page/**], context: [docs/look.md] }
  - { id: wire, title: Wire it up, needs: [server, page], vars: { why: They do not know of each other., acceptance: [A guest can pay.] } }
  - { id: look, title: Look at it, needs: [wire], changes: none, template: review, vars: { criteria: [No secrets.] } }
`,
  { roles: ['architect'] },
);

const whole = (task: string, more: Parameters<typeof partsOf>[2] = {}) =>
  wholePrompt(partsOf(brief, task, more)).text;
const news = (task: string, more: Parameters<typeof partsOf>[2] = {}) =>
  newPrompt(partsOf(brief, task, more)).text;

describe('the whole task', () => {
  it('says the goal, the role, the task, what is ready, the paths, when it is done, how to report, and what to do when stuck', () => {
    const inputs = [
      {
        task: 'server',
        title: 'Implement',
        summary: 'It  \n listens.',
        output: '{}',
        folder: '.longhaul/inputs/server',
      },
      { task: 'page', title: 'Page', summary: ' ', output: null, folder: '.longhaul/inputs/page' },
    ];
    const told = whole('wire', { inputs });
    const sections = [...told.matchAll(/^#+ .*$/gm)].map(([line]) => line);
    expect(sections).toEqual([
      '# Wire it up',
      '## Context',
      '## What is ready',
      '## Paths',
      '## Done when',
      '## How it is checked',
      '## How to report',
      '## When you are stuck',
      '## Rules',
    ]);
    expect(told).toContain("The campaign's goal: Sell things.");
    expect(told).toContain(
      'They do not know of each other.\n\n- Others go on from this work: look (Look at it).',
    );
    expect(told).toContain(
      '- server (Implement): "It listens." Its output: `.longhaul/inputs/server/output.json`.',
    );
    expect(told).toContain('- page (Page): nothing was said.');
    expect(told).toContain('- [ ] A guest can pay.');
    expect(told).toContain('Your summary is shown to those who go on from your work (look).');
    expect(told).not.toMatch(/\n{3}/);
    expect(whole('design')).toContain('## Your role: architect\n\nYou are architect.\n');
  });

  it('tells those around a contract their part in it', () => {
    const author = whole('design');
    expect(author).toContain(
      '- cart-api 1.2.0: `contracts/cart.yaml`. server implements it. server, page build on it. The provider must pass `npm run test:contract`.',
    );
    for (const part of [
      '**Purpose:** Carts of guests',
      '**Request:**',
      '**Response:**',
      '**Every error code:**',
      '**Examples:**',
      '(`mocks/cart.ts`)',
      '| `CART_FULL` | a hundred items are in it |',
      '`.longhaul/contract.json` with `{"name": "cart-api"',
    ])
      expect(author).toContain(part);
    const provider = whole('server');
    expect(provider).toContain(
      "You implement it. Your work must pass the contract's test: `npm run test:contract`.",
    );
    expect(provider).toContain('Match it exactly');
    expect(provider).toContain('- [ ] `npm run test:contract` passes.');
    expect(provider).toContain('leave them as they are: contracts/**');
    const consumer = whole('page');
    expect(consumer).toContain('server implements it. Until that is there, use its mock: `mocks/cart.ts`.');
    expect(consumer).toContain('Against its mock first');
    const judge = whole('cart-api-review-page');
    expect(judge).toContain(
      'The contract cart-api, which design wrote: `contracts/cart.yaml`. Its mock is `mocks/cart.ts`.',
    );
    expect(judge).toContain('Change no files');
    expect(judge).toContain('`.longhaul/review.json`');
    expect(whole('look')).toContain('- [ ] No secrets.');
    expect(whole('look')).not.toContain('review.json');
  });

  it('shows only a beginning of long summaries, and says where the whole is', () => {
    const inputs = Array.from({ length: 22 }, (_, at) => ({
      task: `t${at}`,
      title: 'T',
      summary: 'x'.repeat(1000),
      output: null,
      folder: `.longhaul/inputs/t${at}`,
    }));
    const told = whole('look', { inputs });
    expect(told).toContain(`- t0 (T): ${'x'.repeat(600)} … (whole: \`.longhaul/inputs/t0/summary.md\`)`);
    expect(told).toContain('- … and 2 more, each in a folder of .longhaul/inputs');
  });

  it('names the tools only to an agent that has them', () => {
    expect(whole('page', { mcp: true })).toContain('The MCP server `longhaul`');
    expect(whole('page')).not.toContain('MCP');
  });
});

describe('a later turn', () => {
  const asks: readonly (readonly [Ask, string, string])[] = [
    ['task', 'The attempt before this one failed', 'evidence'],
    ['continue', 'You were interrupted in the middle of this turn', 'evidence'],
    ['rejected', '# Your last turn was rejected', 'evidence'],
    ['answer', '# A person answered your blocker', '## The answer\n\nthe note'],
    ['lock', '# About the lock that you waited for', '## Note\n\nthe note'],
    ['conflict', '# Merging your work found conflicts', 'evidence'],
    ['mend', '# Your contract was not approved', '## Note\n\nthe note'],
    ['adapt', '# The work of others is in your worktree now', '## Note\n\nthe note'],
    ['changed', '# The campaign was changed', '## Note\n\nthe note'],
  ];

  it.each(asks)('that is asked as "%s" begins with what is new', (ask, begins, shows) => {
    const more = { order: { ask, evidence: '1/e.md', note: 'the note' }, evidence: 'the evidence\n' };
    const told = news('page', more);
    expect(told).toContain(begins);
    expect(told).toContain(shows);
    // A session knows its task, unless that is what has changed; a program without memory is told all of it.
    expect(told.includes('# The whole task\n\n# Build the page')).toBe(ask === 'changed');
    const all = whole('page', more);
    expect(all).toContain(`\n\n# The whole task\n\n# Build the page\n`);
    expect(all.startsWith(ask === 'task' ? '# The attempt' : told.slice(0, 20))).toBe(true);
    expect(told).not.toMatch(/\n{3}/);
  });

  it('of a reviewer is about the new version', () => {
    expect(news('cart-api-review-page', { order: { ask: 'adapt' } })).toContain(
      '# A new version of the contract',
    );
  });

  it('that was begun before says so, once', () => {
    for (const ask of ['task', 'continue', 'rejected'] as const) {
      const told = news('page', { order: { ask }, again: true });
      expect(told.match(/You were interrupted/g)).toHaveLength(1);
    }
  });

  it('shows the end of long evidence, and nothing of it ends its block', () => {
    const evidence = `beginning${'x'.repeat(30_000)}\n\`\`\`\`\nend`;
    const told = news('page', { order: { ask: 'rejected' }, evidence });
    expect(told).toContain('… (the beginning is left out)');
    expect(told).not.toContain('beginning x');
    expect(told).toMatch(/\n`{5}\n… /);
    expect(news('page', { order: { ask: 'rejected' }, evidence: ' \n' })).not.toContain('```');
  });

  it('lists its locks, and what was wrong with its blocker file', () => {
    const locks = [
      { id: 'l1', paths: ['a', 'b/**'], mode: 'exclusive', is: 'held' },
      { id: 'l2', paths: ['c'], mode: 'shared', is: 'queued' },
    ] as const;
    const told = news('page', { order: { ask: 'continue', locks }, blockerFault: 'is no JSON' });
    expect(told).toContain(
      '- You hold `a`, `b/**` (exclusive, lock l1).\n- You have asked for `c` (shared, lock l2), and do not have it yet.',
    );
    expect(told).toContain('The `.longhaul/blocker.json` that you left is no JSON. A person was shown');
  });
});

describe('every template', () => {
  const nasty = fc.string({ unit: 'grapheme', minLength: 1 }).map((said) => `${said} {{ x }} {% raw %}`);

  it.each(TEMPLATE_NAMES.filter((name) => name !== 'unit-test'))('%s renders whatever is said', (name) => {
    fc.assert(
      fc.property(nasty, fc.constantFrom<Ask>('task', 'rejected', 'changed'), (said, ask) => {
        const task: TaskBrief = {
          ...brief.tasks['wire']!,
          title: said,
          prompt: `${said}!`,
          context: [said],
          template: { name, vars: { why: said, acceptance: [said], instructions: [said] } },
        };
        const changed = { ...brief, goal: said, tasks: { ...brief.tasks, wire: task } };
        const told = wholePrompt(
          partsOf(changed, 'wire', { order: { ask, note: said }, evidence: said }),
        ).text;
        expect(told.split(said).length).toBeGreaterThan(5);
      }),
      { numRuns: 25 },
    );
  });

  /** A text that was changed without its version makes two prompts of one version differ. */
  it('has its version raised with its text', () => {
    const versions = JSON.parse(golden('versions.json')) as unknown;
    const of = (version: number, text: string) => `${version} ${digest(text).slice(0, 12)}`;
    expect({
      ...Object.fromEntries(
        [...TEMPLATE_NAMES.map((name) => templateCalled(name)!), TURN].map(({ name, version, text }) => [
          name,
          of(version, text),
        ]),
      ),
      parts: of(PARTS_VERSION, JSON.stringify(PARTS)),
    }).toEqual(versions);
  });

  it('is named with its version beside the prompt', () => {
    expect(wholePrompt(partsOf(brief, 'look', { order: { ask: 'rejected' } })).templates).toEqual([
      { name: 'turn', version: '1' },
      { name: 'review', version: '1' },
      { name: 'parts', version: '2' },
    ]);
  });
});

describe('the unit-test template', () => {
  const spec = readFileSync(path.join(import.meta.dirname, 'golden', 'unit-test.yaml'), 'utf8');

  it('says all that a person who writes tests has to know', () => {
    const compiled = planOf(spec);
    expect(firstPrompt(compiled.brief, 'cart-tests').text).toBe(golden('unit-test.md'));
  });

  it('does without what need not be said', () => {
    const compiled = planOf(spec);
    const told = firstPrompt(compiled.brief, 'bare-tests').text;
    expect(told).toContain(
      '# Test the tax\n\nBuild unit tests for `src/tax.ts`.\n\n**Goal:** at least 1 tests that cover 80 % of its lines, in at most 2 seconds',
    );
    for (const heading of ['## What is there to use', '## The pattern to follow', 'Covered already'])
      expect(told).not.toContain(heading);
    expect(told).not.toMatch(/\n{3}/);
  });
});

it('says where a template of the repository can not be rendered', () => {
  const task: TaskBrief = { ...brief.tasks['page']!, template: { name: 'p/x.liquid', vars: {} } };
  const templates = { 'p/x.liquid': { version: 'abc', text: 'Hello\n{{ vars.who }}\n' } };
  const own = { ...brief, templates, tasks: { ...brief.tasks, page: task } };
  expect(() => wholePrompt(partsOf(own, 'page'))).toThrow(
    expect.objectContaining({
      problem: expect.objectContaining({
        code: 'spec/bad-template',
        where: { file: 'p/x.liquid', line: 2, column: 4 },
      }) as unknown,
    }),
  );
  const said = { ...task, template: { ...task.template, vars: { who: '{{ you }}' } } };
  expect(wholePrompt(partsOf({ ...own, tasks: { ...own.tasks, page: said } }, 'page'))).toEqual({
    text: 'Hello\n{{ you }}\n',
    templates: [
      { name: 'p/x.liquid', version: 'abc' },
      { name: 'parts', version: '2' },
    ],
  });
});
