import { describe, expect, it } from 'vitest';
import { parseObject } from '../../src/agents/adapter.js';
import { readBlockerText } from '../../src/agents/blocker-report.js';
import { parseJson } from '../../src/agents/json.js';

/** Parsed without trouble, and too deep to be written again. */
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

describe('JSON of an agent', () => {
  it('is no JSON where it is nested without end', () => {
    expect(() => parseJson(deep)).toThrow(SyntaxError);
    expect(parseObject(`{"type":"blocker","description":${deep}}`)).toBeNull();
    expect(readBlockerText(`{"description":${deep}}`).fault).toContain('nested more than 100 levels deep');
  });

  it('may be as deep as people write it', () => {
    const value = JSON.parse(`${'['.repeat(100)}1${']'.repeat(100)}`) as unknown;
    expect(parseJson(JSON.stringify(value))).toEqual(value);
  });
});
