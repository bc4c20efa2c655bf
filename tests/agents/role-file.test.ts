import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoleFile } from '../../src/agents/role-file.js';

const FILE = '.claude/agents/backend.md';

describe('a role file', () => {
  it('has name and description in its front matter, and instructions below', () => {
    const text =
      '---\nname: api-dev\ndescription: >\n  Builds\n  APIs.\ntools: Read\n---\n\nYou build APIs.\n\n---\nMore.\n';
    expect(parseRoleFile(text, FILE)).toEqual({
      role: { name: 'api-dev', description: 'Builds APIs.', instructions: 'You build APIs.\n\n---\nMore.' },
      problems: [],
    });
  });

  it('may have no front matter, a byte order mark, and the line ends of Windows', () => {
    expect(parseRoleFile('You build APIs.', FILE).role).toEqual({
      name: 'backend',
      description: '',
      instructions: 'You build APIs.',
    });
    expect(parseRoleFile('\uFEFF---\r\nname: x\r\n---\r\nDo it.\r\n', FILE).role).toMatchObject({
      name: 'x',
      instructions: 'Do it.',
    });
    expect(parseRoleFile('---\n---\nDo it.', FILE).role).toMatchObject({
      name: 'backend',
      instructions: 'Do it.',
    });
  });

  it('may describe itself in what is no YAML, as many do', () => {
    const text = '---\nname: qa\ndescription: Use when: tests fail\n---\nTest.';
    expect(parseRoleFile(text, FILE).role).toMatchObject({ name: 'qa', description: 'Use when: tests fail' });
  });

  it.each([
    ['an open front matter', '---\nname: x\nDo it.', 'never ends'],
    ['no instructions', '---\nname: x\n---\n \n', 'has no instructions'],
    ['an empty file', '', 'has no instructions'],
    ['a name that is none', '---\nname: Back End\n---\nDo it.', 'is called "Back End"'],
  ])('with %s is refused', (_, text, message) => {
    const { role, problems } = parseRoleFile(text, FILE);
    expect(role).toBeNull();
    expect(problems).toMatchObject([{ code: 'role/bad-file', severity: 'problem', where: { file: FILE } }]);
    expect(problems[0]?.message).toContain(message);
  });

  it('is read without throwing, whatever it holds', () => {
    const line = fc.constantFrom(
      '---',
      'name: x',
      'name: [',
      'description: &a *a',
      '\t- ',
      '{',
      'text',
      '\uFEFF',
      '\r',
    );
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(line).map((lines) => lines.join('\n')),
    );
    fc.assert(
      fc.property(text, (content) => {
        const { role, problems } = parseRoleFile(content, FILE);
        expect(role === null).toBe(problems.length > 0);
      }),
      { numRuns: 500 },
    );
  });
});
