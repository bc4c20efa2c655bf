import { expect, it } from 'vitest';
import { othersIntents } from '../../src/agents/prompt-intent.js';
import { wholePrompt } from '../../src/agents/prompt.js';
import { planOf } from '../core/compile-spec.js';
import { partsOf } from './prompt-case.js';

const { brief } = planOf(`version: 1
name: c
agents: { a: { adapter: command, run: [x] } }
tasks:
  - { id: cart, title: Add a cart, intends: [package.json, src/routes.ts] }
  - { id: search, title: Add a search, intends: [package.json] }
  - { id: pages, title: Add pages, intends: ['src/*.ts'] }
  - { id: docs, title: Write, owns: [docs/**] }
`);

it('tells a task what others intend to change of the same, and who changes something else nothing', () => {
  expect(othersIntents(brief, brief.tasks['cart']!)).toEqual([
    'search (Add a search): package.json',
    'pages (Add pages): src/*.ts',
  ]);
  expect(othersIntents(brief, brief.tasks['search']!)).toEqual(['cart (Add a cart): package.json']);
  expect(othersIntents(brief, brief.tasks['docs']!)).toEqual([]);
  expect(wholePrompt(partsOf(brief, 'pages')).text).toContain('- cart (Add a cart): src/routes.ts');
  expect(wholePrompt(partsOf(brief, 'docs')).text).not.toContain('Others change the same');
});
