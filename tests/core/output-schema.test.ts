import { describe, expect, it } from 'vitest';
import { findMisfit, findSchemaFault } from '../../src/core/output-schema.js';
import { readSpec } from '../../src/core/spec.js';
import { isRedefined } from '../../src/core/task-digest.js';
import { planOf, problemsOf } from './compile-spec.js';

const schema = {
  type: 'object',
  properties: { kind: { enum: ['bug', 'wish'] }, files: { type: 'array', items: { type: 'string' } } },
  required: ['kind'],
  additionalProperties: false,
};

describe('what a task hands on', () => {
  it('fits its schema', () => {
    expect(findMisfit(schema, { kind: 'bug', files: ['a.ts'] })).toBeNull();
    expect(
      findMisfit({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'array' }, []),
    ).toBeNull();
    expect(findMisfit({ type: 'string', format: 'no-such-format' }, 'x')).toBeNull();
  });

  it('does not fit it: every fault is told, up to five', () => {
    expect(findMisfit(schema, { kind: 'idea', files: [1], more: 1 })).toBe(
      'it must NOT have additional properties: "more"; ' +
        '/kind must be equal to one of the allowed values: ["bug","wish"]; /files/0 must be string',
    );
    expect(findMisfit(schema, 'text')).toBe('it must be object');
    const many = Array.from({ length: 7 }, (_, index) => index);
    expect(findMisfit({ items: { type: 'string' } }, many)).toMatch(/; and 2 more$/);
  });

  it('has a schema that is one', () => {
    expect(findSchemaFault(schema)).toBeNull();
    expect(findSchemaFault({ type: 'objekt' })).toContain('type');
    expect(findSchemaFault({ $ref: '#/nowhere' })).toContain('#/nowhere');
    expect(findSchemaFault({ $schema: 'https://example.com/of-mine' })).toContain('of-mine');
  });

  it('is a schema or a path in the campaign file', () => {
    const codes = (output: string) =>
      readSpec(
        `version: 1\nname: a\nagents: { a: { adapter: codex } }\ntasks: [{ id: a, title: A, output: ${output} }]`,
        'campaign.yaml',
      ).problems.map(({ code }) => code);
    expect(codes('{ type: object, properties: { a: { type: string } } }')).toEqual([]);
    expect(codes('schemas/a.json')).toEqual([]);
    expect(codes('../a.json')).toEqual(['spec/bad-path']);
    expect(codes('[1]')).toEqual(['spec/wrong-type']);
  });

  const campaign = (output: string) =>
    `version: 1\nname: a\nagents: { a: { adapter: codex } }\ntasks: [{ id: a, title: A, output: ${output} }]`;

  it('is in the brief as a schema, wherever it stands', () => {
    expect(planOf(campaign('{ type: object }')).brief.tasks['a']?.output).toEqual({ type: 'object' });
    const schemas = { 'a.json': { type: 'string' } };
    expect(planOf(campaign('a.json'), { schemas }).brief.tasks['a']?.output).toEqual({ type: 'string' });
    expect(problemsOf(campaign('b.json'), { schemas })).toEqual(['4:36 spec/bad-schema']);
  });

  it('makes another task of the task where it is another', () => {
    const digestOf = (output: string) => planOf(campaign(output)).plan.tasks[0]?.digest ?? '';
    expect(isRedefined(digestOf('{ type: object }'), digestOf('{ type: array }'))).toBe(true);
    expect(isRedefined(digestOf('{ type: object }'), digestOf('{ type: object }'))).toBe(false);
  });
});
