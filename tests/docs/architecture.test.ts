/** docs/architecture.md shows the import rules as they are, and rules that a test holds. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

const text = readFileSync('docs/architecture.md', 'utf8');

interface Rule {
  readonly name?: string;
  readonly comment?: string;
}
const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: readonly Rule[];
};

function section(heading: string): string {
  const from = text.indexOf(`\n## ${heading}\n`);
  const to = text.indexOf('\n## ', from + 1);
  return text.slice(from, to === -1 ? undefined : to);
}

describe('docs/architecture.md', () => {
  it('has the table of .dependency-cruiser.cjs', () => {
    const rules = forbidden.flatMap(({ comment = '' }) => {
      const found = /^src\/(\w+) may import only (.+)$/.exec(comment);
      return found === null ? [] : [[found[1]!, found[2]!]];
    });
    const rows = [...section('Who may import whom').matchAll(/^\| `(\w+)` +\| ([a-z, ]+?) +\|/gm)];
    expect(rules.length).toBeGreaterThan(5);
    expect(Object.fromEntries(rows.map((row) => [row[1], row[2]]))).toEqual(Object.fromEntries(rules));
  });

  it('numbers its rules, and names a test for each', () => {
    const rows = [...section('What always holds').matchAll(/^\| (\d+) +\| .+ \| (.+?) +\|$/gm)];
    expect(rows.map((row) => Number(row[1]))).toEqual(rows.map((_, index) => index + 1));
    for (const [, number, holders = ''] of rows) {
      const files = [...holders.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
      expect(files.length, number).toBeGreaterThan(0);
      for (const file of files) expect(existsSync(file), file).toBe(true);
    }
  });

  it('has every rule that the properties of the core cite', () => {
    const cited = [...readFileSync('tests/core/rules.test.ts', 'utf8').matchAll(/it\('(\d+):/g)];
    const numbers = [...section('What always holds').matchAll(/^\| (\d+) +\| .+rules\.test\.ts/gm)];
    expect(cited.length).toBeGreaterThan(5);
    expect(numbers.map((row) => row[1])).toEqual(expect.arrayContaining(cited.map((row) => row[1])));
  });
});
