/** The engine: data is never a template, nothing is read from outside, and faults are told by their place. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderTemplate, varsUsedBy } from '../../src/agents/template.js';

const render = (text: string, facts: object = {}) => {
  const read = renderTemplate(text, facts);
  return read.ok ? read.value : `${read.fault.line}:${read.fault.column} ${read.fault.message}`;
};

it('never reads data as a template', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (said) => {
      const nasty = `${said}{{ secret }}{% include 'report' %}{{ "x" | upcase }}`;
      expect(render('<{{ said }}>', { said: nasty, secret: 'S' })).toBe(`<${nasty}>`);
    }),
    { numRuns: 200 },
  );
});

it('fences and quotes texts so that none can end its own block', () => {
  const text = fc
    .array(fc.constantFrom('`', '``', '```', '````', 'x', '\n', ' '))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (said) => {
      const [fence = '', ...rest] = render('{{ said | fenced }}', { said }).split('\n');
      expect(rest.at(-1)).toBe(fence);
      expect(rest.slice(0, -1).filter((line) => line.includes(fence))).toEqual([]);
      const line = said.replaceAll('\n', '');
      const coded = render('{{ said | code }}', { said: line });
      const tick = /^`+(?=[^`]|$)/.exec(coded)?.[0] ?? '';
      expect(line.includes(tick)).toBe(false);
    }),
  );
});

it.each([
  ['an unknown variable', 'a\n  {{ nobody }}', '2:6 undefined variable: nobody'],
  ['an unknown filter', '{{ 1 | nofilter }}', '1:1 undefined filter: nofilter'],
  ['a file of the machine', "\n{% include '/etc/passwd' %}", '2:1 there is no part "/etc/passwd" to include'],
  ['a file beside it', "{% render '../x' %}", '1:1 there is no part "../x" to include'],
  ['a layout', "{% layout 'x' %}", '1:1 there is no part "x" to include'],
  ['a tag that is not closed', 'a\n{% if 1 %}', '2:1 tag {% if 1 %} not closed'],
  ['an unknown tag', '{% nothing %}', '1:1 tag "nothing" not found'],
  ['a prototype', '{{ said.constructor }}', '1:4 undefined variable: said.constructor'],
  ['too much', '{% for i in (1..100000000) %}x{% endfor %}', '1:1 memory alloc limit exceeded'],
])('refuses %s, by its place', (_, text, told) => {
  expect(render(text, { said: 'x' })).toContain(told);
});

it('leaves no empty line where a line is one tag', () => {
  const text = 'a\n  {% if yes %}\nb {% if yes %}c{% endif %}\n{% endif %}\n\nd\n';
  expect(render(text, { yes: true })).toBe('a\nb c\n\nd\n');
  expect(render(text, { yes: false })).toBe('a\n\nd\n');
});

it('knows which variables of a task it asks for, also in the parts that it includes', () => {
  const read = varsUsedBy("{{ vars.who }} {% include 'why' %} {{ task.title }}");
  expect(read.ok && [...read.value].sort()).toEqual(['who', 'why']);
});
