/** What people ask a campaign. A query changes nothing. */
import { setHandler } from '@temporalio/workflow';
import { computeMetrics, type Metrics } from '../core/metrics.js';
import { withPlan } from '../core/plan-facts.js';
import type { Plan } from '../core/plan.js';
import type { CampaignState } from '../core/state.js';
import type { ReportData, Status } from '../core/status.js';
import { viewReport, viewStatus } from '../core/view.js';
import { LargeAnswer } from './large-answer.js';
import * as messages from './messages.js';
import type { PlanInForce } from './messages.js';

export function answerQueries(run: { readonly plan: Plan; readonly state: CampaignState }): void {
  const status = new LargeAnswer<Status>();
  setHandler(
    messages.statusQuery,
    (piece) => status.answer(run.state.revision, piece, () => viewStatus(run.plan, run.state)),
    { description: 'The whole picture: state, tasks with what each waits for, blockers, accounts.' },
  );
  const plan = new LargeAnswer<PlanInForce>();
  setHandler(
    messages.planQuery,
    (piece) =>
      plan.answer(run.state.planRevision, piece, () => ({
        revision: run.state.planRevision,
        plan: run.plan,
      })),
    { description: 'The plan that is in force, with its revision.' },
  );
  const report = new LargeAnswer<ReportData>();
  setHandler(
    messages.reportQuery,
    (piece) => report.answer(run.state.revision, piece, () => viewReport(run.plan, run.state)),
    { description: 'All that the report shows.' },
  );
  const metrics = new LargeAnswer<Metrics>();
  setHandler(
    messages.metricsQuery,
    (piece) =>
      metrics.answer(run.state.revision, piece, () =>
        computeMetrics(withPlan(viewReport(run.plan, run.state), run.plan, [])),
      ),
    { description: 'The numbers of the campaign so far, of each agent and of each role.' },
  );
}
