import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoleFile } from '../../src/agents/role-file.js';

const FILE = '.claude/agents/backend.md';

describe('a role file', () => {
  it('has name and description in its front matter, and instructions below', () => {
    const text =
      '---\nname: api-dev\ndescription: >\n  Builds\n  APIs.\ntools: Read\n---\n\nYou build APIs.\n\n---\nMore.\n';
    expect(parseRoleFile(text, FILE)).toEqual({
      role: {
        name: 'api-dev',
        description: 'Builds APIs.',
        instructions: 'You build APIs.\n\n---\nMore.',
        model: null,
        options: { tools: ['Read'] },
        outputFolder: null,
      },
      problems: [],
      unmapped: [],
    });
  });

  it('may have no front matter, a byte order mark, and the line ends of Windows', () => {
    expect(parseRoleFile('You build APIs.', FILE).role).toEqual({
      name: 'backend',
      description: '',
      instructions: 'You build APIs.',
      model: null,
      options: {},
      outputFolder: null,
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

  it('has its fields mapped, or named as not mapped', () => {
    const all = `name: x
description: All of them.
tools: Read, Bash(git log, git diff), Edit
disallowedTools: [Write, Agent(reviewer)]
model: opus
permissionMode: bypassPermissions
maxTurns: 40
skills: [lint]
mcpServers: [github]
hooks: { Stop: [] }
memory: project
background: true
effort: high
isolation: worktree
initialPrompt: Go.
color: blue
outputFolder: docs/x/
sparkle: yes
`;
    const { role, unmapped } = parseRoleFile(`---\n${all}---\nDo it.`, FILE);
    expect(role).toMatchObject({
      model: 'opus',
      outputFolder: 'docs/x',
      options: {
        tools: ['Read', 'Bash(git log, git diff)', 'Edit'],
        disallowedTools: ['Write', 'Agent(reviewer)'],
        maxTurns: 40,
        effort: 'high',
      },
    });
    const left = [
      'skills',
      'mcpServers',
      'hooks',
      'memory',
      'background',
      'initialPrompt',
      'color',
      'sparkle',
    ];
    expect(unmapped).toEqual(left);
    const odd = '---\nmaxTurns: many\ntools: []\npermissionMode: plan\ncolor: red\n---\nDo it.';
    expect(parseRoleFile(odd, FILE).unmapped).toEqual([
      'tools (its value is not understood)',
      'maxTurns (its value is not understood)',
      'permissionMode',
      'color',
    ]);
  });

  it.each([
    ['outputFolder: /etc', 'leaves the repository'],
    ['outputFolder: a/../..', 'leaves the repository'],
    ['outputFolder: [a]', 'is no text'],
  ])('with %s is refused', (line, why) => {
    const { role, problems } = parseRoleFile(`---\n${line}\n---\nDo it.`, FILE);
    expect(role).toBeNull();
    expect(problems[0]?.message).toContain(why);
  });

  it('is read without throwing, whatever it holds', () => {
    const line = fc.constantFrom(
      '---',
      'name: x',
      'name: [',
      'description: &a *a',
      'tools: Read, (',
      'outputFolder: a',
      'maxTurns: 3',
      '? [a]: b',
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
