import { afterEach, expect, it, vi } from 'vitest';
import { preferred } from '../../src/cli/claim-id.js';
import { compileText } from '../core/compile-spec.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const SPEC = `
version: 1
name: cart
agents: { bot: { adapter: command, run: [bot] } }
tasks:
  - { id: api, title: Write the API }
`;

it('starts by the order of one pass, and says so, where the search for a better one fails', () => {
  const { plan, brief } = compileText(SPEC);
  if (plan === null) throw new Error('the spec does not compile');
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const source = {} as Parameters<typeof preferred>[0]['source'];
  const artifacts = preferred({ plan, brief, spec: SPEC, source }, () => {
    throw new Error('no such task');
  });
  expect(artifacts).toEqual({ plan, brief, spec: SPEC, source });
  expect(String(said.mock.calls[0]?.[0])).toContain('one pass; this is a bug of Longhaul: no such task');
});
