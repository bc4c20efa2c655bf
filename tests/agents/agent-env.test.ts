import { describe, expect, it } from 'vitest';
import { agentEnvironment, parseEnvFile } from '../../src/agents/agent-env.js';

describe('the environment of an agent', () => {
  it('is what is ordinary, named, or begins as the vendor wants it, and nothing of Temporal', () => {
    const worker = {
      PATH: '/bin',
      LC_ALL: 'C',
      AWS_KEY: 'no',
      TEMPORAL_API_KEY: 'no',
      ANTHROPIC_API_KEY: 'worker',
    };
    const home = { ANTHROPIC_API_KEY: 'home', GIVEN: 'yes' };
    const named = ['GIVEN', 'TEMPORAL_API_KEY', 'NOWHERE'];
    expect(agentEnvironment({ worker, home, named, beginnings: ['ANTHROPIC_'] })).toEqual({
      variables: { PATH: '/bin', LC_ALL: 'C', ANTHROPIC_API_KEY: 'home', GIVEN: 'yes' },
      missing: ['TEMPORAL_API_KEY', 'NOWHERE'],
    });
  });

  it('is read from lines of KEY=VALUE', () => {
    const text = '# keys\r\nA=1\n export B = "two words" \nC=\'x=y\'\nD=\nnot a line\n1E=no\nF="half';
    expect(parseEnvFile(text)).toEqual({ A: '1', B: 'two words', C: 'x=y', D: '', F: '"half' });
  });
});
