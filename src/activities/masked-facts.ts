/** What a turn tells its campaign, without what the task's copied files hold. */
import type { Mask } from '../core/mask.js';
import type { TurnFacts } from '../core/ports.js';
import type { CampaignLink } from './deps.js';

/** Words only: names, paths and ids mean something to the campaign. */
export function maskFacts(facts: TurnFacts, mask: Mask): TurnFacts {
  const { summary, failure, blocker, review } = facts;
  return {
    ...facts,
    summary: mask(summary),
    failure: failure === null ? null : { ...failure, message: mask(failure.message) },
    blocker: blocker === null ? null : { ...blocker, description: mask(blocker.description) },
    review: review === null ? null : { ...review, findings: review.findings.map(mask) },
  };
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
        report: { ...blocker.report, description: mask(blocker.report.description) },
      }),
  };
}
