import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { found, group, phase, phaseOf, task, tasks, tell, warningsOf } from './lint-case.js';

tell('spec/ignored-dependency', [
  {
    what: 'reads what another owns',
    text: phase(task('a', 'owns: [src/**]'), task('b', 'reads: [src/x.js]')),
    warns: ['9:51'],
  },
  {
    what: 'is told to look at what another owns',
    text: phase(task('a', 'owns: [docs/x.md]'), task('b', 'context: [See below, docs/x.md]')),
    warns: ['9:64'],
  },
  {
    what: 'not where it needs it',
    text: phase(task('a', 'owns: [src/**]'), task('b', 'reads: [src/x.js], needs: [a]')),
    warns: [],
  },
  {
    what: 'not where the other needs it',
    text: phase(task('a', 'owns: [src/**], needs: [b]'), task('b', 'reads: [src/x.js]')),
    warns: [],
  },
  {
    what: 'not where it needs its draft by way of another',
    text: phase(
      task('a', 'owns: [src/**]'),
      task('c', 'needs: [{ draft: a }]'),
      task('b', 'reads: [src/x.js], needs: [{ finish: c }]'),
    ),
    warns: [],
  },
  {
    what: 'not where the other is of an earlier phase',
    text: `${phase(task('a', 'owns: [src/**]'))}- name: q\n  tasks:\n${tasks(task('b', 'reads: [src/x.js]'))}`,
    warns: [],
  },
  {
    what: 'not where two read the same, or the words are no path',
    text: phase(
      task('a', 'reads: [src/x.js], owns: [It]'),
      task('b', 'reads: [src/x.js], context: [It, https://example.com/src/x.js]'),
    ),
    warns: [],
  },
]);

const bothOwn = phaseOf(group('x', task('a', 'owns: [src/**]')), group('y', task('b', 'owns: [src/x.js]')));
const merging = (at: string) => bothOwn.replace('  groups:', `  integration: { at: ${at} }\n  groups:`);

describe('spec/premature-integration', () => {
  const codes = (text: string) => found(text).filter((line) => !line.endsWith('owners-overlap'));
  it.each(['group', 'each'])('at: %s while another group owns the same paths', (at) => {
    expect(codes(merging(at))).toEqual(['7:22 spec/premature-integration']);
  });
  it('is seen where the top of the file says so', () => {
    expect(codes(`integration: { at: each }\n${bothOwn}`)).toEqual(['1:20 spec/premature-integration']);
  });
  it.each([
    ['at: phase', merging('phase')],
    ['nothing said', bothOwn],
    ['other paths', merging('each').replace('src/x.js', 'lib/x.js')],
    ['needs between them', merging('each').replace('src/x.js]', 'src/x.js], needs: [a]')],
    ['one group', merging('each').replace(/ {2}- name: y\n {4}tasks:\n/, '')],
  ])('not with %s', (_, text) => expect(codes(text)).toEqual([]));
});

tell('spec/owners-overlap', [
  {
    what: 'one owns what the other intends to change',
    text: phase(task('a', 'owns: [src/**]'), task('b', 'intends: [src/x.js]')),
    warns: ['9:53'],
  },
  {
    what: 'not where both just intend to',
    text: phase(task('a', 'intends: [src/**]'), task('b', 'intends: [src/x.js]')),
    warns: [],
  },
  {
    what: 'not where one needs the other',
    text: phase(task('a', 'owns: [src/**]'), task('b', 'intends: [src/x.js], needs: [a]')),
    warns: [],
  },
]);

describe('of random tasks, it', () => {
  it('finds just those readers that nothing orders before or after an owner', () => {
    const path = fc.constantFrom('src/**', 'src/a.js', 'src/b.js', 'lib/*.js', 'lib/a.js');
    const sketch = fc.record({ needs: fc.array(fc.nat(7), { maxLength: 2 }), owns: path, reads: path });
    const hits = (a: string, b: string) =>
      a === b ||
      (a.startsWith('src') && b.startsWith('src') && [a, b].includes('src/**')) ||
      (a.startsWith('lib') && b.startsWith('lib'));
    fc.assert(
      fc.property(fc.array(sketch, { minLength: 2, maxLength: 8 }), (all) => {
        const needsOf = (at: number) => all[at]!.needs.filter((need) => need < at);
        const reaches = (from: number, to: number): boolean =>
          needsOf(from).some((need) => need === to || reaches(need, to));
        const text = phase(
          ...all.map(({ owns, reads }, at) =>
            task(
              `t${at}`,
              `needs: [${needsOf(at)
                .map((need) => `t${need}`)
                .join(', ')}], owns: ["${owns}"], reads: ["${reads}"]`,
            ),
          ),
        );
        const wanted = all.flatMap(({ reads, owns }, at) =>
          // A path that it both owns and reads counts as owned: that is another warning's.
          all.some(
            (other, to) => to !== at && hits(reads, other.owns) && !reaches(at, to) && !reaches(to, at),
          )
            ? [`t${at} ${owns}`]
            : [],
        );
        const warned = warningsOf(text).filter(({ code }) => code === 'spec/ignored-dependency');
        expect(warned.map(({ message }) => /task "(\w+)"/.exec(message)?.[1])).toEqual(
          wanted.map((line) => line.split(' ')[0]),
        );
      }),
      { numRuns: 100 },
    );
  });
});
