/** What role files ask for and nobody does: told once for each role that a task has. */
import { lostOn } from '../agents/task-agent.js';
import { findAdapter } from '../agents/registry.js';
import type { CampaignBrief, RoleBrief } from '../core/brief.js';
import { compareText } from '../core/compare.js';
import type { Plan } from '../core/plan.js';
import type { Problem } from '../core/problem.js';

/** By role, the file and the fields in it that do nothing here. */
export type UnmappedFields = Readonly<
  Record<string, { readonly file: string; readonly fields: readonly string[] }>
>;

export function warnOfRoleFields(
  { plan, brief }: { readonly plan: Plan; readonly brief: CampaignBrief },
  unmapped: UnmappedFields,
): readonly Problem[] {
  return Object.values(brief.roles).flatMap((role) => {
    const { file = '', fields = [] } = unmapped[role.name] ?? {};
    const lost = [...(fields.length === 0 ? [] : [fields.join(', ')]), ...lostByAgent(role, { plan, brief })];
    if (lost.length === 0) return [];
    return [
      {
        code: 'role/unmapped',
        message: `of the role ${role.name} these fields do nothing: ${lost.join('; ')}`,
        hint: 'take them out, or leave them to the programs that have them; docs/campaign-file.md says which are used',
        where: { file, line: 1, column: 1 },
        severity: 'warning',
      },
    ];
  });
}

/** `for agent script tools, model`. */
function lostByAgent(
  role: RoleBrief,
  { plan, brief }: { readonly plan: Plan; readonly brief: CampaignBrief },
): readonly string[] {
  const names = new Set(plan.tasks.flatMap((task) => (task.role === role.name ? task.agents : [])));
  return [...names].sort(compareText).flatMap((name) => {
    const adapter = findAdapter(brief.agents[name]?.adapter ?? '');
    const lost = adapter === null ? [] : lostOn(adapter, role);
    return lost.length === 0 ? [] : [`for agent ${name} ${lost.join(', ')}`];
  });
}
