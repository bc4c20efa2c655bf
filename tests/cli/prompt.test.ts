/** Templates and `longhaul prompt`, as a person meets them. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFile } from '../../src/cli/load-campaign.js';
import { homePaths } from '../../src/core/home.js';
import { CliLab } from './run-cli.js';

let lab: CliLab;

const SPEC = `version: 1
name: shop
goal: Sell things.
agents: { script: { adapter: command, run: [sh] } }
tasks:
  - { id: find, title: Find what is broken, role: tester, changes: none }
  - { id: mend, title: 'Mend {{item.what}}', template: fix, vars: { problem: '{{item.what}} is broken.' }, forEach: { task: find, expect: 2 } }
  - { id: page, title: Build the page, template: prompts/house.liquid, vars: { area: src/page }, needs: [find] }
`;

beforeAll(async () => {
  lab = await CliLab.create();
  await lab.write('.claude/agents/tester.md', '---\nname: tester\n---\nYou doubt.\n');
  await lab.write(
    'prompts/house.liquid',
    "{% include 'head' %}\nOnly in {{ vars.area }}.\n\n{% include 'usual' %}\n",
  );
  await lab.write('campaign.yaml', SPEC);
  await lab.commit('Add a campaign');
});

afterAll(() => lab.remove());

describe('longhaul prompt', () => {
  it('prints what an agent would be told, and starts nothing', async () => {
    const { code, stdout } = await lab.run('prompt', 'campaign.yaml', 'find');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^# Find what is broken\n\nThe campaign's goal: Sell things\.\n\n## Your role: tester\n\nYou doubt\.\n/,
    );
    expect(stdout).toContain('## What you hand on');
    expect(existsSync(lab.home)).toBe(false);
  });

  it('takes tasks that a round is expected to make, and templates of the repository', async () => {
    const made = await lab.run('prompt', 'campaign.yaml', 'mend-1', '--json');
    const told = JSON.parse(made.stdout) as { prompt: string; agent: string; role: null; templates: unknown };
    expect(told.templates).toEqual([
      { name: 'fix', version: '1' },
      { name: 'parts', version: '2' },
    ]);
    expect(told).toMatchObject({ task: 'mend-1', agent: 'script', role: null });
    expect(told.prompt).toContain('## What is wrong\n\n');
    // Its agent has no MCP tools.
    expect(told.prompt).not.toContain('MCP server');
    const own = await lab.run('prompt', 'campaign.yaml', 'page', '--json');
    const page = JSON.parse(own.stdout) as { prompt: string; templates: unknown };
    expect(page.prompt).toContain(
      "# Build the page\n\nThe campaign's goal: Sell things.\n\nOnly in src/page.\n\n## What is ready",
    );
    expect(page.prompt).toContain('- find (Find what is broken): "(what its agent says at its end)"');
    expect(page.templates).toMatchObject([
      { name: 'prompts/house.liquid', version: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown },
      {},
    ]);
  });

  it.each([
    ['a task that is not there', 'pge', 'did you mean "page"?'],
    ['a round', 'mend', 'name one of them, as in mend-1'],
  ])('refuses %s', async (_, task, hint) => {
    const { code, stderr, stdout } = await lab.run('prompt', 'campaign.yaml', task);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(hint);
  });
});

describe('a template of the repository, checked', () => {
  /** `place code message | hint` of each problem. */
  const check = async (template: string, vars = '') => {
    const text = `version: 1
name: other
agents: { script: { adapter: command, run: [sh] } }
tasks:
  - { id: page, title: Build the whole page, owns: [src/**], verify: [], template: ${template}${vars} }
`;
    await lab.write('other.yaml', text);
    const { problems } = await checkFile({
      file: path.join(lab.repository, 'other.yaml'),
      home: homePaths(lab.home),
      env: process.env,
    });
    return problems
      .filter(({ severity }) => severity === 'problem')
      .map(({ where, code, message, hint }) => {
        const file = path.basename(where?.file ?? '');
        return `${file}:${where?.line}:${where?.column} ${code} ${message} | ${hint}`;
      });
  };

  it.each([
    [
      'is not closed',
      '{% if task.title %}\n',
      'x.liquid:1:1 spec/bad-template prompts/x.liquid is no template: tag {%',
    ],
    [
      'includes a file',
      "\n{% include '/etc/passwd' %}",
      'x.liquid:2:13 spec/bad-template prompts/x.liquid is no template: there is no part "/etc/passwd"',
    ],
    [
      'asks for what no prompt has',
      'Hello {{ task.titel }}',
      "x.liquid:1:10 spec/bad-template the template prompts/x.liquid can't be rendered: undefined variable: task.titel",
    ],
    ['is empty', ' \n', 'x.liquid:1:1 spec/bad-template prompts/x.liquid is no template: it is empty'],
  ])('that %s is told of by its place in it, once', async (_, text, told) => {
    await lab.write('prompts/x.liquid', text);
    const problems = await check('prompts/x.liquid');
    expect(problems).toEqual([expect.stringContaining(told)]);
  });

  it('must get the variables that it asks for, and no others', async () => {
    expect(await check('prompts/house.liquid', ', vars: { area: src/page }')).toEqual([]);
    const [missing] = await check('prompts/house.liquid');
    expect(missing).toContain(
      'house.liquid:2:14 spec/bad-template the template prompts/house.liquid asks for vars.area, which task "page" does not say',
    );
    expect(missing).toContain('add vars: { area: … } to the task');
    expect(await check('prompts/house.liquid', ', vars: { area: a, acceptance: [So.], aera: b }')).toEqual([
      expect.stringMatching(
        /^other\.yaml:5:\d+ spec\/unknown-key task "page" says "aera".*\| did you mean "area"\?$/,
      ),
    ]);
  });

  it('must be there, and in the repository', async () => {
    expect(await check('prompts/none.liquid', ', vars: { x: 1 }')).toEqual([
      expect.stringMatching(
        /^other\.yaml:5:\d+ spec\/unknown-template the template prompts\/none\.liquid can't be read/,
      ),
    ]);
    expect(await check('../house.liquid')).toEqual([
      expect.stringMatching(
        /^other\.yaml:5:\d+ spec\/unknown-template the template \.\.\/house\.liquid is not in the repository/,
      ),
    ]);
  });
});
