import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaskedStream, chooseSecrets, maskOf } from '../../src/core/mask.js';

const word = fc.stringMatching(/^[a-c.$+(]{2,6}$/);

describe('masking', () => {
  it('leaves no value in any text, in whichever chunks it comes', () => {
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 5 }),
        fc.array(fc.oneof(word, fc.constant('\n'), fc.constant('x'))),
        (values, pieces) => {
          const mask = maskOf(values);
          const text = pieces.join('');
          const left = mask(text).split('***');
          for (const value of values) expect(left.some((part) => part.includes(value))).toBe(false);
          const stream = new MaskedStream(mask);
          const streamed = pieces.map((piece) => stream.push(piece)).join('') + stream.end();
          expect(streamed).toBe(mask(text));
        },
      ),
    );
  });

  it('masks values that overlap, or stand in one another, as one', () => {
    expect(maskOf(['abcdef', 'defghi'])('<abcdefghi>')).toBe('<***>');
    expect(maskOf(['secret', 'secret-long'])('secret-long secret')).toBe('*** ***');
    expect(maskOf(['aa'])('aaa aab')).toBe('*** ***b');
  });

  it('takes signs of regular expressions for what they are, and finds a value that is quoted as JSON', () => {
    expect(maskOf(['a.c+$1'])('a.c+$1 abcc$1')).toBe('*** abcc$1');
    expect(maskOf(['say "hi"'])(JSON.stringify({ text: 'say "hi"' }))).toBe('{"text":"***"}');
  });

  it('knows the values before whole lines, and small files before large ones, where there are too many', () => {
    const lines = Array.from({ length: 1_200 }, (_, index) => `a whole line of a fixture, ${index}`).join(
      '\n',
    );
    const pairs = Array.from({ length: 1_200 }, (_, index) => `"name": "a longer value, ${index}",`).join(
      '\n',
    );
    const secrets = 'PASSWORD=hunter2\nTOKEN=abc123';
    for (const texts of [[lines, secrets], [pairs, secrets], [`${lines}\n${secrets}`]]) {
      const { masked, left } = chooseSecrets(texts);
      expect(maskOf(masked)('hunter2 abc123')).toBe('*** ***');
      expect(masked).toHaveLength(1_000);
      expect(left).toBe(202);
    }
    expect(chooseSecrets([secrets])).toEqual({ masked: ['hunter2', 'abc123'], left: 0 });
  });

  it('does not keep all of a line that never ends, and still finds what stands across', () => {
    const stream = new MaskedStream(maskOf(['secret-1']));
    const chunk = `${'x'.repeat(99_998)}secret-1`;
    let out = '';
    for (let at = 0; at < chunk.length * 8; at += 50_001)
      out += stream.push(chunk.repeat(8).slice(at, at + 50_001));
    expect(out.length).toBeGreaterThan(300_000);
    out += stream.end();
    // Nothing else is lost, either.
    expect(out === `${'x'.repeat(99_998)}***`.repeat(8)).toBe(true);
  });
});

describe('what is secret in a copied file', () => {
  it.each([
    ['TOKEN=abc123', ['abc123']],
    ['export TOKEN="abc 123" # mine', ['abc 123']],
    ["# OLD='abc123'", ['abc123']],
    ['"password": "abc123",', ['abc123']],
    ['password: abc123', ['abc123']],
    ['PIN=12345', []],
    ['MODE=production\nDEBUG=false\nURL=http://localhost:3000/', []],
    ['KEY="-----BEGIN KEY-----\nMIIEvQIBADAN\n-----END KEY-----"', ['MIIEvQIBADAN']],
    ['KEY="first-line\\nsecond-line"', ['first-line', 'second-line']],
    ['sh0rt\nlonger-line', ['longer-line']],
    ['--------', []],
  ])('%j', (text, expected) => {
    const values = chooseSecrets([text]).masked;
    expect(values).toEqual(expect.arrayContaining(expected));
    if (expected.length === 0) expect(values).toEqual([]);
    else for (const value of expected) expect(maskOf(values)(`<${value}>`)).toBe('<***>');
  });
});
