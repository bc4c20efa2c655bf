/** The roles that are shipped: read as campaigns read them, and each of the same four sections. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseRoleFile } from '../../src/agents/role-file.js';
import { planOf } from '../core/compile-spec.js';
import { roleNames } from './example.js';

const folder = path.join(import.meta.dirname, '../../examples/roles');
const files = readdirSync(folder);

it.each(files)(
  '%s has its name, and says what it knows, hands over, does with others, and checks',
  (file) => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const { role, problems, unmapped } = parseRoleFile(text, file);
    expect({ problems, unmapped }).toEqual({ problems: [], unmapped: [] });
    expect(`${role?.name}.md`).toBe(file);
    expect(role?.description).not.toBe('');
    const headings = [...(role?.instructions ?? '').matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['What you know', 'What you hand over', 'With others', 'Before you stop']);
    const checklist = role?.instructions.split('## Before you stop')[1] ?? '';
    expect(
      checklist
        .trim()
        .split('\n')
        .every((line) => line.startsWith('- [ ] ')),
    ).toBe(true);
  },
);

it('are all used by one campaign', () => {
  const { brief } = planOf(readFileSync('examples/team.yaml', 'utf8'), { roles: roleNames });
  const used = new Set(Object.values(brief.tasks).map(({ role }) => role));
  const asked = [
    ...[
      'backend-developer',
      'frontend-designer',
      'product-manager',
      'qa-engineer',
      'code-reviewer',
      'test-runner',
    ],
    ...['debugger', 'refactorer', 'feature-implementer', 'tech-lead', 'architect', 'technical-writer'],
  ];
  expect([...used].sort()).toEqual(asked.sort());
});
