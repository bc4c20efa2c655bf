import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatches } from '../../src/core/glob.js';
import { globsOverlap } from '../../src/core/glob-pair.js';

describe('globMatches', () => {
  it.each([
    ['src/**', 'src/a/b.ts', true],
    ['src/**', 'src/.env', true],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/a/b.ts', false],
    ['src/api', 'src/api/index.ts', true],
    ['README.md', 'README.md', true],
    ['README.md', 'docs/README.md', false],
    ['src/{a,b}/**', 'src/b/c.ts', true],
    ['app/[id]/page.ts', 'app/[id]/page.ts', true],
    ['app/[id]/page.ts', 'app/i/page.ts', false],
  ])('%s and %s: %s', (glob, path, expected) => {
    expect(globMatches(glob, path)).toBe(expected);
  });
});

describe('globsOverlap', () => {
  it.each([
    ['src/a/**', 'src/a/b.ts', true],
    ['src/*/x.ts', 'src/a/**', true],
    ['src/a/**', 'src/b/**', false],
    ['src/*.ts', 'src/*.js', false],
    ['src/*.ts', 'src/a*', true],
    ['src', 'src/a/b.ts', true],
    ['src/a', 'src/ab', false],
    ['**/*.md', 'docs/**', true],
    ['**/x/*.md', 'y/x.md', false],
    ['**/*.md', 'src/index.ts', false],
    ['.github', '.github/workflows/ci.yml', true],
    ['src/{a,b}.ts', 'src/c.ts', true],
    ['src/{a,b}.ts', 'docs/c.ts', false],
    ['SRC/a', 'src/A', true],
    ['src/a?.ts', 'src/ab.ts', true],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(globsOverlap(one, other)).toBe(expected);
    expect(globsOverlap(other, one)).toBe(expected);
  });

  it('never says no where one path is held by both', () => {
    const segment = fc.constantFrom(
      'a',
      'b',
      'ab',
      '*',
      '**',
      'a*',
      '*b',
      '?',
      'a?',
      'a**',
      '{a,b}',
      '[a]',
      '(a|b)',
    );
    const glob = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const name = fc.constantFrom('a', 'b', 'ab', 'aab', 'A', '[a]', '.a');
    const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(glob, glob, path, (one, other, at) => {
        fc.pre(globMatches(one, at) && globMatches(other, at));
        expect(globsOverlap(one, other)).toBe(true);
      }),
      { numRuns: 1000, maxSkipsPerRun: 1000 },
    );
  });
});
