import { expect, test } from 'vitest';
import { maskFacts, maskingLink } from '../../src/activities/masked-facts.js';
import type { CampaignLink } from '../../src/activities/deps.js';
import { maskOf } from '../../src/core/mask.js';
import { doneTurn, makeCampaign } from '../fixture-repository.js';

const mask = maskOf(['secret-1']);

const lock = {
  id: 'k1',
  paths: ['secret-1/**'],
  mode: 'exclusive',
  reason: '',
  estimateMs: null,
  priority: null,
  wait: 'end',
} as const;

test('nothing that a turn tells in words has what copied files hold; ids stay', () => {
  const facts = maskFacts(
    {
      ...doneTurn,
      session: 'secret-1',
      summary: 'a secret-1',
      failure: {
        class: 'agent-error',
        message: 'b secret-1',
        signature: 's',
        resetAtMs: null,
        retryAfterMs: null,
        evidence: null,
      },
      blocker: {
        severity: 'high',
        description: 'c secret-1',
        workaround: 'e secret-1',
        impact: 'f secret-1',
        wait: true,
      },
      lock: { ...lock, reason: 'g secret-1' },
      review: { approve: false, findings: ['d secret-1'] },
    },
    mask,
  );
  expect(facts).toMatchObject({
    session: 'secret-1',
    summary: 'a ***',
    failure: { message: 'b ***' },
    blocker: { description: 'c ***', workaround: 'e ***', impact: 'f ***' },
    lock: { ...lock, reason: 'g ***' },
    review: { findings: ['d ***'] },
  });
});

test('neither has what it tells while it runs', async () => {
  const told: unknown[] = [];
  const tell = (_: string, what: unknown) => Promise.resolve(void told.push(what));
  const { campaigns } = makeCampaign({ tasks: { api: {} } }).deps;
  const link: CampaignLink = maskingLink(
    { ...campaigns, progress: tell, reportBlocker: tell, requestLock: tell },
    mask,
  );
  const report = {
    severity: 'low',
    description: 'needs secret-1',
    impact: 'no secret-1',
    wait: false,
  } as const;
  await link.reportBlocker('cart', { key: 'k', task: 'api', gen: 1, report });
  const request = { ...lock, reason: 'for secret-1' };
  await link.requestLock('cart', { key: 'k', task: 'api', gen: 1, request });
  const note = {
    task: 'api',
    gen: 1,
    step: 'turning',
    session: null,
    percent: null,
    note: 'at secret-1',
  } as const;
  await link.progress('cart', note);
  expect(told).toMatchObject([
    { report: { description: 'needs ***', impact: 'no ***' } },
    { request: { ...lock, reason: 'for ***' } },
    { note: 'at ***' },
  ]);
});
