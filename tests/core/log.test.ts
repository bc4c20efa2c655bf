import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addTo, itemsOf, readLog, takeFrom, type Log } from '../../src/core/log.js';

const lists = fc.array(fc.array(fc.nat(9), { maxLength: 100 }), { maxLength: 30 });

it('a log holds what was added, in that order, in chunks that stay as they are once they are full', () => {
  fc.assert(
    fc.property(lists, (added) => {
      let log: Log<number> = [];
      for (const items of added) {
        const before = log;
        log = addTo(log, items);
        expect(log.slice(0, -2)).toEqual(before.slice(0, log.length - 2));
        expect(log.slice(0, -2).every((chunk, at) => chunk === before[at])).toBe(true);
      }
      expect(itemsOf(log)).toEqual(added.flat());
      expect(log.length).toBeLessThanOrEqual(1 + added.flat().length / 64);
      expect(itemsOf(takeFrom(log, (item) => item < 5))).toEqual(added.flat().filter((item) => item >= 5));
      expect(readLog(log)).toBe(log);
      expect(itemsOf(readLog(added.flat()))).toEqual(added.flat());
    }),
  );
});
