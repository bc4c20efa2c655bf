import { describe, expect, it } from 'vitest';
import { findWrongOptions } from '../../src/cli/agent-option.js';
import { readAgents } from '../../src/cli/written-agent.js';
import { parseSource } from '../../src/core/spec-source.js';

function problemsOf(agents: string): string[] {
  const { value, placeOf } = parseSource(`agents: ${agents}`, 'campaign.yaml');
  return findWrongOptions(readAgents(value), placeOf).map(
    ({ code, message, hint, where }) => `${where?.column ?? 0} ${code} ${message} (${hint ?? ''})`,
  );
}

describe('options of agents', () => {
  it('are those that the program has', () => {
    expect(
      problemsOf('{ a: { adapter: claude-code, options: { effort: high, tools: [Bash], maxTurns: 3 } } }'),
    ).toEqual([]);
    expect(problemsOf('{ a: { adapter: codex, options: { effort: xhigh, baseUrl: "http://x" } } }')).toEqual(
      [],
    );
    expect(problemsOf('{ a: { adapter: nobody-knows, options: { x: 1 } }, b: 3 }')).toEqual([]);
  });

  it('are refused where the program has none such, with their place and the way out', () => {
    expect(problemsOf('{ a: { adapter: codex, options: { temperature: 0.2 } } }')).toEqual([
      '43 spec/unknown-option agent "a" has the adapter codex, which has no option "temperature" (leave it out; options of codex: effort, verbosity, baseUrl, keyVariable)',
    ]);
    expect(problemsOf('{ a: { adapter: claude-code, options: { maxTurn: 3, constructor: 1 } } }')).toEqual([
      expect.stringContaining('did you mean "maxTurns"?'),
      expect.stringContaining('no option "constructor"'),
    ]);
    expect(problemsOf('{ a: { adapter: command, options: { effort: high } } }')).toEqual([
      expect.stringContaining('(pass it to the program in run)'),
    ]);
  });

  it.each([
    ['claude-code', 'effort: best', 'must be one of low, medium, high, xhigh, max, not "best"'],
    ['claude-code', 'maxTurns: 1.5', 'must be a whole number from 1 on, not 1.5'],
    ['claude-code', 'tools: Bash', 'must be a list of texts, not "Bash"'],
    ['codex', 'baseUrl: true', 'must be a text, not true'],
  ])('of %s: %s', (adapter, option, expected) => {
    const told = problemsOf(`{ a: { adapter: ${adapter}, options: { ${option} } } }`);
    expect(told).toEqual([expect.stringContaining(`spec/wrong-value the option`)]);
    expect(told[0]).toContain(expected);
  });
});
