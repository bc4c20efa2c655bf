import type { CompilePass } from './compile-draft.js';
import type { PlanContract } from './plan.js';

/** Who writes a contract, who implements it and who uses it: known from the tasks, and needed by its name. */
export const layOutContracts: CompilePass = (draft, { spec }) => {
  const authors = new Map<string, string>();
  const consumers = new Map<string, string[]>();
  for (const { written } of draft.tasks) {
    for (const contract of written.publishes) authors.set(contract, written.id);
    // A round works with nothing: what is made of it does.
    if (written.forEach !== undefined) continue;
    const needed = written.needs.filter(({ kind }) => kind === 'contract').map(({ name }) => name);
    for (const contract of new Set(needed)) {
      const list = consumers.get(contract);
      if (list === undefined) consumers.set(contract, [written.id]);
      else list.push(written.id);
    }
  }
  draft.contracts = Object.entries(spec.contracts).map(([id, written]): PlanContract => {
    const author = authors.get(id) ?? '';
    const { provider = author } = written;
    const users = consumers.get(id) ?? [];
    return {
      id,
      version: written.version,
      author,
      provider: provider === author ? null : provider,
      consumers: users,
      reviewers: [],
    };
  });
};
