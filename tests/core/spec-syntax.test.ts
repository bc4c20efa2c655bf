import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/core/spec.js';
import { findJsonFault } from '../../src/core/spec-json.js';

function read(text: string): readonly string[] {
  return readSpec(text, 'x.yaml').problems.map(({ code, message }) => `${code} ${message}`);
}

const RIGHT = 'version: 1\nname: shop\n';

describe('a file that is no campaign file', () => {
  it.each([
    ['a program', '\u007fELF\u0002\u0001\0\0: [}', /^spec\/syntax x\.yaml is not a text in UTF-8/],
    ['another encoding', 'name: caf\uFFFD\n', /^spec\/syntax x\.yaml is not a text in UTF-8/],
    ['a page', '<!DOCTYPE html>\n<p>name: x</p>\n\t<a>', /^spec\/syntax x\.yaml is an HTML or XML page/],
    [
      'prose with colons',
      'Dear all,\nthis: is\n  - a letter\nBye: {',
      /^spec\/syntax x\.yaml is not a campaign file/,
    ],
    [
      'prose without',
      'One line\nand another\n'.repeat(50),
      /^spec\/wrong-type the campaign file must be a mapping .*, not one text$/,
    ],
    ['nothing', '', /^spec\/wrong-type the campaign file must be a mapping .*, not nothing$/],
    ['a list', '- a\n- b\n', /^spec\/wrong-type the campaign file must be a mapping .*, not a list$/],
  ])('is told once, with what it is: %s', (_, text, says) => {
    expect(read(text)).toEqual([expect.stringMatching(says)]);
  });

  it('of another program is not told key by key', () => {
    const lines = read(readFileSync('package.json', 'utf8'));
    expect(lines.filter((line) => line.startsWith('spec/unknown-key unknown key'))).toHaveLength(6);
    expect(lines).toContainEqual(
      expect.stringMatching(/^spec\/unknown-key 5 more unknown keys at the top: /),
    );
  });
});

/** `line:column message / hint` of what the file's syntax lacks. */
function readSyntax(text: string, file = 'x.yaml'): readonly string[] {
  return readSpec(text, file)
    .problems.filter(({ code }) => code === 'spec/syntax')
    .map(({ message, hint = '', where }) => `${where?.line ?? 0}:${where?.column ?? 0} ${message} / ${hint}`);
}

describe('slips of the keyboard', () => {
  it.each([
    ['a colon in a text', 'tasks:\n  - title: Fix: the cart\n', /^4:12 .*a second ": " in one line.*quotes/],
    ['a colon between braces', 'tasks: [{ title: Fix: it }]\n', /^3:18 .*": " in it.* in quotes/],
    [
      'a glob',
      'tasks:\n  - owns: [src, **/*.ts]\n',
      /^4:17 .*\*\*\/\*\.ts refers to an anchor.*"\*\*\/\*\.ts"/,
    ],
    ['a sign', 'goal: @all\n', /^3:7 .*begins with a sign.*quotes/],
    ['text after quotes', 'goal: "All" of it\n', /^3:13 .*more text after the end of a value/],
    ['a quote that does not end', `goal: 'x\n${'# x\n'.repeat(9)}`, /^3:7 .*begins with a quote here/],
    ['no colon', 'goal x\n', /^3:1 .*neither "key: value" nor an entry/],
    ['another column', 'tasks:\n  - id: a\n   title: A\n', /^5:1 .*indented differently/],
    ['an open brace', 'tasks:\n  - { id: a\n  - { id: b }\n', /^5:3 .*a "\{" that is not closed/],
    ['an open bracket', 'setup: [npm ci\ngoal: x\n', /a "\[" that is not closed/],
    ['a tab', 'limits:\n\tagents: 2\n', /^4:1 .*a tab as indentation/],
    ['a key again', 'goal: x\ngoal: y\n', /^4:1 .*the key "goal" stands twice.*first on line 3/],
    ['a key again, after nothing', 'goal:\nname: y\n', /^4:1 .*the key "name" stands twice.*first on line 2/],
    ['a second document', 'goal: x\n---\nname: y\n', /^4:1 .*a second document begins here/],
    ['a tag', 'goal: !all of it\n', /^3:7 .*begins with "!"/],
    ['a backslash', 'goal: "a\\q"\n', /^3:9 .*a backslash in double quotes/],
    ['a conflict', '<<<<<<< HEAD\ngoal: x\n=======\n', /^3:1 x\.yaml holds a merge that is not resolved/],
  ])('are told once, where they are, and how to write it: %s', (_, text, says) => {
    expect(readSyntax(RIGHT + text)).toEqual([expect.stringMatching(says)]);
  });

  it('{{name}} without quotes is a mapping, and a text was meant', () => {
    const { problems } = readSpec(`${RIGHT}goal: {{area}}\n`, 'x.yaml');
    expect(problems.map(({ hint }) => hint)).toContain('put {{…}} in quotes, as in "{{area}}"');
  });
});

describe('JSON', () => {
  it.each([
    ['no comma', '{"version":1\n "name":"c"}', '2:2 "," or the closing bracket, not "name"'],
    ['a comma too many', '{"version":1,"name":"c",}', '1:25 a key in double quotes, not }'],
    ['no colon', '{"name":"c","version" 1}', '1:23 ":", not 1'],
    ['no quotes', '{version: 1}', '1:2 a key in double quotes, or "}", not version:'],
    ['single quotes', `{"name": 'x'}`, "1:10 a value, not 'x'}"],
    ['a comment', '{"version":1, // x\n"name":"c"}', '1:15 a key in double quotes, not //'],
    [
      'an open brace',
      '{"version":1,"tasks":[1,2]',
      '1:27 "," or the closing bracket, not the end of the file',
    ],
    ['the wrong bracket', '{"tasks":[1}', '1:12 "," or the closing bracket, not }'],
    ['something after it', '{"version":1} x', '1:15 the end of the file, not x'],
  ])('is held to its own rules: %s', (_, text, says) => {
    expect(readSyntax(text, 'x.json')).toEqual([
      expect.stringMatching(new RegExp(`^${escape(says).replace(' ', ' not valid JSON: expected ')} / `)),
    ]);
  });

  it('is told as right exactly where it is', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('', '}', '"', ',', '[', ':', ' '),
        (json, at, put) => {
          const cut = at % (json.length + 1);
          const text = json.slice(0, cut) + put + json.slice(cut + put.length);
          expect(findJsonFault(text) === null).toBe(isJson(text));
        },
      ),
      { numRuns: 500 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}

describe('syntax errors', () => {
  it('are shown from the first, and how many more there are', () => {
    const lines = read(`${RIGHT}${'tasks: } x\n'.repeat(30)}`);
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatch(/^spec\/syntax \d+ more syntax errors from here on/);
  });

  it('are few and short, whatever the file says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.boolean(), (text, begun) => {
        const { problems } = readSpec((begun ? RIGHT : '') + text, 'x.yaml');
        const syntax = problems.filter(({ code }) => code === 'spec/syntax');
        expect(syntax.length).toBeLessThanOrEqual(4);
        for (const { message } of syntax) expect(message.length).toBeLessThan(260);
      }),
    );
  });
});
