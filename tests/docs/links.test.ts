/** Documents name only what is there: files that they link to, scripts, commands, campaign files that are right. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Cli } from '../../src/cli/cli.js';
import { buildProgram } from '../../src/cli/program.js';
import { compile } from '../../src/core/compile.js';
import { readSpec } from '../../src/core/spec.js';

const documents = [
  'README.md',
  'CONTEXT.md',
  'CHANGELOG.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const read = (file: string) => readFileSync(file, 'utf8');

/** As GitHub makes anchors of headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((heading) =>
    heading[1]!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(documents)('%s', (file) => {
  const text = read(file);

  it('links to what is there', () => {
    const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map((link) => link[1]!)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [target = '', anchor] = link.split('#');
        const resolved = target === '' ? file : path.join(path.dirname(file), target);
        if (!existsSync(resolved)) return true;
        return anchor !== undefined && !anchorsOf(read(resolved)).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it('names files of the sources and tests that are there', () => {
    const named = [...text.matchAll(/`((?:src|tests|examples|scripts)\/[\w./-]+\.(?:ts|mjs|yaml))`/g)];
    expect(named.map((match) => match[1]!).filter((name) => !existsSync(name))).toEqual([]);
  });
});

describe('README.md', () => {
  const text = read('README.md');
  const shell = [...text.matchAll(/```sh\n(.*?)```/gs)].map((match) => match[1]!).join('\n');
  const { scripts, version } = JSON.parse(read('package.json')) as {
    scripts: Record<string, string>;
    version: string;
  };

  it('names scripts that package.json has, and its version', () => {
    const named = [...shell.matchAll(/npm (?:run )?(demo|test|run \S+)/g)].map((match) => match[1]!);
    expect(named.length).toBeGreaterThanOrEqual(2);
    for (const name of named) expect(scripts).toHaveProperty(name);
    expect(shell).toContain(`longhaul-${version}.tgz`);
  });

  it('names commands that there are, with as many arguments as they take', () => {
    const { commands } = buildProgram(new Cli({ LONGHAUL_HOME: '/nowhere' }));
    const lines = [...shell.matchAll(/^longhaul (\S+) ?([^#\n]*)/gm)];
    expect(lines.length).toBeGreaterThanOrEqual(4);
    for (const [line, name, rest = ''] of lines) {
      const command = commands.find((candidate) => candidate.name() === name);
      expect(command, line).toBeDefined();
      const args = rest.trim().match(/"[^"]*"|\S+/g) ?? [];
      const taken = command!.registeredArguments;
      expect(args.length, line).toBeLessThanOrEqual(taken.length);
      expect(args.length, line).toBeGreaterThanOrEqual(taken.filter((arg) => arg.required).length);
    }
  });

  it('shows a campaign that is right, and compiles', () => {
    const shown = [...text.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1]!);
    expect(shown).toHaveLength(1);
    for (const example of shown) {
      const { spec, problems } = readSpec(example, 'campaign.yaml');
      expect(problems).toEqual([]);
      const compiled = compile({
        spec: spec!,
        campaign: spec!.name,
        repository: { location: '/shop', kind: 'path', base: 'main', baseCommit: '0'.repeat(40) },
        templates: {},
        existingBranches: [],
        roles: {},
        createdAt: '2026-01-01T00:00:00.000Z',
        digest: (value) => createHash('sha256').update(value).digest('hex'),
      });
      expect(compiled.problems).toEqual([]);
    }
  });
});
