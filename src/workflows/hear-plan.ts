/** A person gives the campaign another plan: an edited campaign file, compiled by the client. */
import { setHandler } from '@temporalio/workflow';
import { canChange } from '../core/apply.js';
import { joinValue, type InParts } from '../core/parts.js';
import { PLAN_VERSION } from '../core/plan.js';
import { refuse } from './failures.js';
import { checkOpen, fieldsOf, stamp, type Hearer } from './hearer.js';
import * as messages from './messages.js';
import type { ApplyPlan } from './messages.js';

export function hearPlans(run: Hearer): void {
  setHandler(
    messages.applyPlanSignal,
    (...parts) => {
      const change = readPlan(run, parts);
      if (change === null) return;
      const { key, revision, plan } = change;
      run.take({ event: 'planChanged', ...stamp(key), revision, plan });
    },
    {
      description:
        'The same as the update applyPlan, where no worker answers: taken as soon as one does, if no other change came first.',
    },
  );
  setHandler(
    messages.applyPlanUpdate,
    (...parts) => {
      const { key, revision, plan } = joinValue(parts);
      run.take({ event: 'planChanged', ...stamp(key), revision, plan });
      return `The plan is changed: it is number ${revision + 1} of this campaign.`;
    },
    {
      description:
        'Another plan, compiled of an edited campaign file (`longhaul apply`): { "revision": 1, "plan": … }. The brief that it names has to be in the campaign’s folder.',
      validator: (...parts: InParts<ApplyPlan>) => {
        checkPlan(run, parts);
      },
    },
  );
}

/** Null where it can't be applied: there is nobody to be told. */
function readPlan(run: Hearer, parts: InParts<ApplyPlan>): ApplyPlan | null {
  try {
    return checkPlan(run, parts);
  } catch {
    return null;
  }
}

/** It comes from the wire, and people may type it. */
function joinChange(parts: InParts<ApplyPlan>): ApplyPlan {
  const change = joinParts(parts);
  const { revision, plan } = fieldsOf(change);
  if (change === null || typeof revision !== 'number' || typeof plan !== 'object' || plan === null)
    throw refuse(
      'plan/no-plan',
      'A change is { "revision": 1, "plan": { … } }, whole or with all its parts: `longhaul apply` makes it of the campaign file.',
    );
  return change;
}

function joinParts(parts: InParts<ApplyPlan>): ApplyPlan | null {
  try {
    return joinValue(parts);
  } catch {
    return null;
  }
}

function isOfThisVersion({ version }: { readonly version: number }): boolean {
  return version === PLAN_VERSION;
}

function checkPlan(run: Hearer, parts: InParts<ApplyPlan>): ApplyPlan {
  const { plan: current, state } = checkOpen(run);
  const change = joinChange(parts);
  const { revision, plan } = change;
  if (!canChange(state))
    throw refuse('plan/too-late', 'The campaign is ending: its plan can’t be changed any more.');
  if (!isOfThisVersion(plan))
    throw refuse('plan/other-version', 'The plan was made by another version of Longhaul.');
  if (plan.name !== current.name)
    throw refuse('plan/other-campaign', `The plan is of ${plan.name}, this campaign is ${current.name}.`);
  if (revision !== state.planRevision)
    throw refuse(
      'plan/changed-meanwhile',
      `The plan was changed meanwhile: it is number ${state.planRevision}, and not ${revision}.`,
    );
  return change;
}
