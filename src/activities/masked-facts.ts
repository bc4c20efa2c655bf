/** What a turn tells its campaign, without what the task's copied files hold. */
import type { LockRequest } from '../core/lock.js';
import type { Mask } from '../core/mask.js';
import type { TurnFacts } from '../core/ports.js';
import type { BlockerReport } from '../core/turn.js';
import type { CampaignLink } from './deps.js';

/** Words only: names, paths and ids mean something to the campaign. */
export function maskFacts(facts: TurnFacts, mask: Mask): TurnFacts {
  const { summary, failure, blocker, lock, review } = facts;
  return {
    ...facts,
    summary: mask(summary),
    failure: failure === null ? null : { ...failure, message: mask(failure.message) },
    blocker: blocker === null ? null : maskBlocker(blocker, mask),
    ...(lock === undefined ? {} : { lock: maskLock(lock, mask) }),
    review: review === null ? null : { ...review, findings: review.findings.map(mask) },
  };
}

function maskBlocker(report: BlockerReport, mask: Mask): BlockerReport {
  const { description, workaround, impact } = report;
  return {
    ...report,
    description: mask(description),
    ...(workaround === undefined ? {} : { workaround: mask(workaround) }),
    ...(impact === undefined ? {} : { impact: mask(impact) }),
  };
}

function maskLock(request: LockRequest, mask: Mask): LockRequest {
  return { ...request, reason: mask(request.reason) };
}

/** What is said while the turn runs. Proposed tasks and published files are work, and pass as they are. */
export function maskingLink(link: CampaignLink, mask: Mask): CampaignLink {
  return {
    ...link,
    progress: (campaign, progress) =>
      link.progress(campaign, {
        ...progress,
        note: progress.note === null ? null : mask(progress.note),
      }),
    reportBlocker: (campaign, blocker) =>
      link.reportBlocker(campaign, {
        ...blocker,
        report: maskBlocker(blocker.report, mask),
      }),
    requestLock: (campaign, asked) =>
      link.requestLock(campaign, { ...asked, request: maskLock(asked.request, mask) }),
  };
}
