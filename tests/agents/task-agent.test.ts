import { describe, expect, it } from 'vitest';
import { findAdapter } from '../../src/agents/registry.js';
import { parseRoleFile } from '../../src/agents/role-file.js';
import { agentForTask, lostOn } from '../../src/agents/task-agent.js';
import type { AgentBrief } from '../../src/core/brief.js';

const agent = (adapter: string): AgentBrief => ({
  name: 'a',
  adapter,
  run: [],
  model: 'own',
  account: 'a',
  instances: 1,
  env: [],
  settings: 'isolated',
  options: { effort: 'low' },
});
const role = (fields: string) => parseRoleFile(`---\n${fields}\n---\nDo it.`, 'r.md').role!;
const turn = (adapter: string, model: string | null, fields: string | null) =>
  agentForTask(agent(adapter), findAdapter(adapter)!, { model, role: fields === null ? null : role(fields) });

describe('the agent of a task', () => {
  it.each([
    ['claude-code', null, null, 'own'],
    ['claude-code', null, 'model: opus', 'opus'],
    ['claude-code', 'haiku', 'model: opus', 'haiku'],
    ['claude-code', null, 'model: inherit', 'own'],
    ['claude-code', 'inherit', 'model: opus', 'own'],
    ['claude-code', 'haiku', null, 'haiku'],
    // A role file's own program is Claude Code; what its models are called says nothing to others.
    ['codex', null, 'model: opus', 'own'],
    ['codex', null, 'model: claude-sonnet-4-5', 'own'],
    ['codex', null, 'model: gpt-5.5', 'gpt-5.5'],
    ['codex', 'gpt-5.5', 'model: opus', 'gpt-5.5'],
  ])('of %s with the model %s and the role "%s" has %s', (...[adapter, model, fields, has]) => {
    expect(turn(adapter, model, fields).model).toBe(has);
  });

  it('has what its role asks for, as far as its program has it', () => {
    const asked = 'tools: Read, Grep\nmaxTurns: 9\neffort: high';
    expect(turn('claude-code', null, asked).options).toEqual({
      tools: ['Read', 'Grep'],
      maxTurns: 9,
      effort: 'high',
    });
    expect(turn('codex', null, asked).options).toEqual({ effort: 'high' });
    expect(turn('claude-code', null, 'effort: enormous').options).toEqual({ effort: 'low' });
    expect(turn('claude-code', null, null)).toEqual(agent('claude-code'));
  });

  it('loses what its program has not, which is said', () => {
    const asked = role('tools: Read\nmodel: sonnet\neffort: high');
    expect(lostOn(findAdapter('claude-code')!, asked)).toEqual([]);
    expect(lostOn(findAdapter('codex')!, asked)).toEqual(['model', 'tools']);
    expect(lostOn(findAdapter('command')!, asked)).toEqual(['model', 'tools', 'effort']);
    expect(lostOn(findAdapter('command')!, role('model: inherit'))).toEqual([]);
  });
});
