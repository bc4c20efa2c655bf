/** Who may review a contract: what a campaign file can get wrong. */
import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/core/spec.js';

const TOP = 'version: 1\nname: shop\nagents:\n  script: { adapter: command, run: [node, agent.mjs] }\n';

/** `line:column code` of each problem. */
function below(text: string): readonly string[] {
  return readSpec(TOP + text, 'campaign.yaml').problems.map(
    ({ code, where }) => `${where?.line ?? '?'}:${where?.column ?? '?'} ${code}`,
  );
}

/** Tasks at the top, one per line from line 6 on. */
function tasks(...lines: readonly string[]): string {
  return `tasks:\n${lines.map((line) => `- { ${line} }`).join('\n')}\n`;
}

describe('reviews', () => {
  const reviewed = (review: string, more: string) =>
    `contracts: { c: { version: 1.0.0, files: [x], review: ${review} } }\n${more}`;
  const authored = 'id: a, title: A, publishes: [c]';
  it('may be by consumers, or by roles', () => {
    const both = tasks(authored, 'id: b, title: B, needs: [{ contract: c }]');
    expect(below(reviewed('consumers', both))).toEqual([]);
    expect(below(reviewed('[architect, tester]', tasks(authored)))).toEqual([]);
  });
  it('are tasks whose ids must be free, ignoring case', () => {
    const rival = tasks(authored, 'id: b, title: B, needs: [{ contract: c }]', 'id: C-review-b, title: R');
    expect(below(reviewed('consumers', rival))).toEqual(['5:55 spec/duplicate-name']);
    expect(below(reviewed('[r, r]', tasks(authored)))).toEqual(['5:59 spec/duplicate-name']);
  });
  it('by a role need an agent that may do it', () => {
    const only = 'agents: { x: { adapter: claude-code, roles: [writer] } }\n';
    const text = `version: 1\nname: n\n${only}${reviewed('[tester]', tasks(`${authored}, role: writer`))}`;
    expect(readSpec(text, 'f').problems.map(({ code }) => code)).toEqual(['spec/agent-of-other-role']);
  });
});
