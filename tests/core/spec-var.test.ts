import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/core/spec.js';
import type { Vars } from '../../src/core/spec-var.js';

const TOP = 'version: 1\nname: shop\nagents:\n  script: { adapter: command, run: [node, agent.mjs] }\n';

interface Options {
  readonly vars?: Vars;
}

function read(text: string, options: Options = {}) {
  return readSpec(TOP + text, 'campaign.yaml', options);
}

/** `line:column code` of each problem. */
function below(text: string, options?: Options): readonly string[] {
  return read(text, options).problems.map(
    ({ code, where }) => `${where?.line ?? '?'}:${where?.column ?? '?'} ${code}`,
  );
}

function messagesOf(text: string, options?: Options): readonly string[] {
  return read(text, options).problems.map(({ message, hint }) => `${message} / ${hint ?? ''}`);
}

function tasks(...lines: readonly string[]): string {
  return `tasks:\n${lines.map((line) => `- { ${line} }`).join('\n')}\n`;
}

describe('vars', () => {
  const text = `vars: { area: src/api, n: 3 }\n${tasks('id: a, title: "Do {{area}} {{ n }} times", verify: ["make {{area}}"], owns: ["{{area}}/**"]')}`;
  it('are filled into texts, with those of the command line first', () => {
    expect(read(text).spec?.tasks?.[0]).toMatchObject({
      title: 'Do src/api 3 times',
      verify: ['make src/api'],
      owns: ['src/api/**'],
    });
    expect(read(text, { vars: { area: 'lib' } }).spec?.tasks?.[0]?.owns).toEqual(['lib/**']);
  });
  it('that nobody sets are problems where they stand', () => {
    expect(below(tasks('id: a, title: "{{x}}", prompt: "{{y}}"'))).toEqual([
      '6:19 spec/unset-var',
      '6:36 spec/unset-var',
    ]);
    expect(messagesOf(`vars: { area: x }\n${tasks('id: a, title: "{{aera}}"')}`)).toEqual([
      '{{aera}} stands for a value that nobody sets / did you mean {{area}}?',
    ]);
  });
  it('of the command line that no text uses are problems', () => {
    expect(messagesOf(text, { vars: { aera: 'x' } })).toEqual([
      '--var aera sets a value that campaign.yaml does not use / did you mean --var area=…?',
    ]);
    expect(below(tasks('id: a, title: "{{x}}"'), { vars: { x: 'y' } })).toEqual([]);
  });
  it('leave alone what is escaped or no name', () => {
    const { spec } = read(tasks("id: a, title: '\\{{x}} ${{ github.sha }} {{#if}}'"));
    expect(spec?.tasks?.[0]?.title).toBe('{{x}} ${{ github.sha }} {{#if}}');
  });
  it('are texts, numbers or truths', () => {
    expect(below(`vars: { a: [1] }\n${tasks('id: a, title: A')}`)).toEqual(['5:12 spec/wrong-type']);
  });
});
