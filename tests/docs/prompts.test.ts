/** docs/prompts.md names all that templates may use, and nothing else. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../src/agents/prompt-facts.js';
import { renderTemplate } from '../../src/agents/template.js';
import { PARTS } from '../../src/agents/templates/part.js';
import { readSpec } from '../../src/core/spec.js';
import { TEMPLATE_NAMES } from '../../src/core/template-name.js';
import { TEMPLATE_VARS } from '../../src/core/template-vars.js';
import { partsOf } from '../agents/prompt-case.js';
import { planOf } from '../core/compile-spec.js';

const doc = readFileSync('docs/prompts.md', 'utf8');

/** Of the table whose heading begins so: the words in ticks of each row's first cell, and the row. */
function rowsOf(heading: string): readonly (readonly [readonly string[], string])[] {
  const table = doc.slice(doc.indexOf(`| ${heading} `)).split('\n\n')[0] ?? '';
  return table
    .split('\n')
    .slice(2)
    .map((row) => [wordsOf(row.split('|')[1] ?? ''), row]);
}

function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

describe('docs/prompts.md', () => {
  it('names each template with its own variables', () => {
    const rows = rowsOf('template');
    expect(rows.flatMap(([names]) => names)).toEqual([...TEMPLATE_NAMES]);
    const usual = Object.keys(TEMPLATE_VARS.task.shape);
    for (const [[name], row] of rows) {
      const own = Object.keys(TEMPLATE_VARS[name as 'task'].shape).filter((key) => !usual.includes(key));
      expect(wordsOf(row.split('|')[3] ?? '').filter((word) => !word.startsWith('{'))).toEqual(own);
    }
    for (const name of usual) expect(doc).toContain(`\`${name}\` (a `);
  });

  it('names each part and each fact', () => {
    expect(
      rowsOf('part')
        .flatMap(([names]) => names)
        .sort(),
    ).toEqual(Object.keys(PARTS).sort());
    const { brief } = planOf(
      'version: 1\nname: c\nagents: { a: { adapter: command, run: [x] } }\ntasks: [{ id: t, title: T }]',
    );
    const facts = factsOf(partsOf(brief, 't'));
    expect(
      rowsOf('name')
        .flatMap(([names]) => names)
        .sort(),
    ).toEqual(Object.keys(facts).sort());
    const task = rowsOf('name').find(([[name]]) => name === 'task')?.[1] ?? '';
    for (const key of Object.keys(facts.task)) expect(task).toMatch(new RegExp(`\\b${key}\\b`));
    const shown = /```liquid\n(.*?)```/s.exec(doc)?.[1] ?? '';
    const said = renderTemplate(shown, { ...facts, vars: { area: 'src' } });
    expect(said.ok && said.value).toContain('## What to do in src');
  });

  it('shows a campaign that is right', () => {
    const shown = /```yaml\n(.*?)```/s.exec(doc)?.[1] ?? '';
    expect(readSpec(shown, 'c.yaml').problems).toEqual([]);
    expect(shown).toContain('unit-test');
  });
});
