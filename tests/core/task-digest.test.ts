import { expect, it } from 'vitest';
import { isRedefined } from '../../src/core/task-digest.js';
import { planOf } from './compile-spec.js';

const SPEC = `version: 1
name: cart
agents: { script: { adapter: command, run: [sh] } }
contracts: { api: { version: 1.0.0, files: [api/**] } }
phases:
  - name: build
    tasks:
      - { id: design, title: Design, publishes: [api], prompt: Draw it }
      - { id: page, title: Build, needs: [{ contract: api }] }
      - { id: guide, title: Write, needs: [page] }
      - { id: alone, title: Something else }
`;

function digestsOf(spec: string) {
  return Object.fromEntries(planOf(spec).plan.tasks.map(({ id, digest }) => [id, digest]));
}

/** Which tasks are redefined, and which only build on one. */
function changes(spec: string) {
  const before = digestsOf(SPEC);
  const after = digestsOf(spec);
  const moved = Object.keys(before).filter((id) => before[id] !== after[id]);
  return {
    own: moved.filter((id) => isRedefined(before[id]!, after[id]!)),
    built: moved.filter((id) => !isRedefined(before[id]!, after[id]!)),
  };
}

it('is another one for a task that asks for something else, and for all that builds on it', () => {
  expect(changes(SPEC.replace('Draw it', 'Draw it well'))).toEqual({
    own: ['design'],
    built: ['page', 'guide'],
  });
  expect(changes(SPEC.replace('title: Write', 'title: Write, verify: [npm test]'))).toEqual({
    own: ['guide'],
    built: [],
  });
});

it('is another one for those who work with a contract that is changed', () => {
  expect(changes(SPEC.replace('1.0.0', '2.0.0'))).toEqual({ own: ['design', 'page'], built: ['guide'] });
});

it('is another one for a task that builds on something else', () => {
  expect(changes(SPEC.replace('needs: [page]', 'needs: [alone]'))).toEqual({ own: [], built: ['guide'] });
});

it('is the same wherever the task stands, whatever its phase is called, and however it is scheduled', () => {
  const alone = '      - { id: alone, title: Something else }\n';
  const moved = SPEC.replace(alone, '').replace('    tasks:\n', `    tasks:\n${alone}`);
  expect(changes(moved)).toEqual({ own: [], built: [] });
  expect(changes(SPEC.replace('name: build', 'name: make'))).toEqual({ own: [], built: [] });
  const scheduled = SPEC.replace('title: Build', 'title: Build, estimate: 3h, priority: 2, attempts: 4');
  expect(changes(scheduled)).toEqual({ own: [], built: [] });
});
