import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/core/spec.js';

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
