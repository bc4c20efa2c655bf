import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createAdmissionAsker } from '../../src/worker/admission-asker.js';
import type { AdmissionAnswer } from '../../src/activities/deps.js';
import type { AdmissionRequest } from '../../src/workflows/messages.js';

/** A campaign that admits what has gen 1, and holds each query until it is let go. */
class SlowCampaign {
  readonly queries: { campaign: string; request: AdmissionRequest; letGo: (error?: Error) => void }[] = [];
  readonly #waiting: (() => void)[] = [];

  readonly ask = (campaign: string, request: AdmissionRequest): Promise<readonly AdmissionAnswer[]> =>
    new Promise((resolve, reject) => {
      const letGo = (error?: Error): void => {
        if (error !== undefined) reject(error);
        else
          resolve(
            request.turns.map(({ task, gen }) => ({
              admitted: gen === 1,
              why: `${task} ${gen}`,
              gone: false,
            })),
          );
      };
      this.queries.push({ campaign, request, letGo });
      this.#waiting.shift()?.();
    });

  /** The nth query, from 1, when it has come. */
  async query(nth: number) {
    while (this.queries.length < nth) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.queries[nth - 1]!;
  }
}

test('turns that begin together ask with one query, and each gets its own answer', async () => {
  const campaign = new SlowCampaign();
  const admission = createAdmissionAsker(campaign.ask);
  const asked = Promise.all([admission('cart', 'api', 1), admission('cart', 'ui', 2)]);
  (await campaign.query(1)).letGo();
  expect(await asked).toEqual([
    { admitted: true, why: 'api 1', gone: false },
    { admitted: false, why: 'ui 2', gone: false },
  ]);
  expect(campaign.queries).toHaveLength(1);
});

test('a question never gets the answer of a query that was out before it was asked', async () => {
  const campaign = new SlowCampaign();
  const admission = createAdmissionAsker(campaign.ask);
  const first = admission('cart', 'api', 1);
  const { letGo } = await campaign.query(1);
  const others = Promise.all([admission('cart', 'ui', 1), admission('cart', 'api', 1)]);
  letGo();
  expect(await first).toEqual({ admitted: true, why: 'api 1', gone: false });
  const next = await campaign.query(2);
  expect(next.request.turns.map(({ task }) => task)).toEqual(['ui', 'api']);
  next.letGo();
  expect(await others).toHaveLength(2);
});

test('campaigns do not wait for each other', async () => {
  const campaign = new SlowCampaign();
  const admission = createAdmissionAsker(campaign.ask);
  const slow = admission('slow', 'api', 1);
  await campaign.query(1);
  const quick = admission('quick', 'api', 1);
  const second = await campaign.query(2);
  expect(second.campaign).toBe('quick');
  second.letGo();
  await quick;
  campaign.queries[0]!.letGo();
  await slow;
});

test('a query that fails fails its questions, and the next ones are asked', async () => {
  const campaign = new SlowCampaign();
  const admission = createAdmissionAsker(campaign.ask);
  const first = expect(admission('cart', 'api', 1)).rejects.toThrow('no worker');
  const { letGo } = await campaign.query(1);
  const second = admission('cart', 'api', 1);
  letGo(new Error('no worker'));
  await first;
  (await campaign.query(2)).letGo();
  expect(await second).toMatchObject({ admitted: true });
  // And also when nothing was asked for a while.
  await setImmediate();
  const third = admission('cart', 'api', 1);
  (await campaign.query(3)).letGo();
  expect(await third).toMatchObject({ admitted: true });
});

test('a campaign that answers too few is no admission', async () => {
  const admission = createAdmissionAsker(() => Promise.resolve([]));
  await expect(admission('cart', 'api', 1)).rejects.toThrow('api');
});

test('very many turns are asked for in more than one query', async () => {
  const campaign = new SlowCampaign();
  const admission = createAdmissionAsker(campaign.ask);
  const asked = Promise.all(Array.from({ length: 450 }, (_, n) => admission('cart', `t${n}`, 1)));
  for (const nth of [1, 2, 3]) (await campaign.query(nth)).letGo();
  const answers = await asked;
  expect(answers.map(({ why }) => why)).toEqual(Array.from({ length: 450 }, (_, n) => `t${n} 1`));
  expect(campaign.queries.map(({ request }) => request.turns.length)).toEqual([200, 200, 50]);
});
