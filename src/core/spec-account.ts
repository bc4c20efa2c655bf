/** Accounts that are described must be those of some agent. */
import type { Problem } from './problem.js';
import type { Outline } from './spec-outline.js';
import { keysAt, problemAt } from './spec-problem.js';
import { suggest } from './spec-suggest.js';
import { valueAt, type Written } from './spec-written.js';

export function checkAccounts(_outline: Outline, written: Written): readonly Problem[] {
  const used = keysAt(written.value, ['agents']).map((agent) => {
    const named = valueAt(written.value, ['agents', agent, 'account']);
    return String(named ?? valueAt(written.value, ['agents', agent, 'adapter']));
  });
  return keysAt(written.value, ['accounts'])
    .filter((account) => !used.includes(account))
    .map((account) => {
      const meant = suggest(account, used);
      return problemAt(written, ['accounts', account], {
        code: 'spec/unknown-account',
        message: `no agent uses the account "${account}"`,
        hint:
          meant === null
            ? `accounts of this campaign: ${[...new Set(used)].join(', ')}`
            : `did you mean "${meant}"?`,
      });
    });
}
