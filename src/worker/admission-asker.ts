/**
 * Asks campaigns for admission, many turns with one query. A server keeps but one query of a workflow that is in the
 * middle of a workflow task (`history.MaxBufferedQueryCount`) and refuses the others: of fifty turns that begin
 * together, each with a query of its own, most would wait out the client's back-off, second after second.
 */
import { setImmediate } from 'node:timers/promises';
import type { AdmissionAnswer } from '../activities/deps.js';
import type { AdmissionRequest } from '../workflows/messages.js';

/** One answer for each turn, in their order. */
type AskCampaign = (campaign: string, request: AdmissionRequest) => Promise<readonly AdmissionAnswer[]>;
type AskAdmission = (campaign: string, task: string, gen: number) => Promise<AdmissionAnswer>;

interface Question {
  readonly turn: AdmissionRequest['turns'][number];
  readonly answer: (admission: AdmissionAnswer) => void;
  readonly fail: (error: unknown) => void;
}

const MOST_AT_ONCE = 200;

/** What is asked while a query is out goes with the next one: an answer is never older than its question. */
export function createAdmissionAsker(ask: AskCampaign): AskAdmission {
  /** By campaign, while it is being asked: the questions for the next query. */
  const waiting = new Map<string, Question[]>();
  const askAll = async (campaign: string, questions: Question[]): Promise<void> => {
    // Turns that were handed out together ask together.
    await setImmediate();
    while (questions.length > 0) await askOnce(ask, campaign, questions.splice(0, MOST_AT_ONCE));
    waiting.delete(campaign);
  };
  return (campaign, task, gen) =>
    new Promise((answer, fail) => {
      const question = { turn: { task, gen }, answer, fail };
      const others = waiting.get(campaign);
      if (others === undefined) {
        const questions = [question];
        waiting.set(campaign, questions);
        void askAll(campaign, questions);
      } else others.push(question);
    });
}

async function askOnce(ask: AskCampaign, campaign: string, questions: readonly Question[]): Promise<void> {
  try {
    const admissions = await ask(campaign, { turns: questions.map(({ turn }) => turn) });
    for (const [index, { answer, fail, turn }] of questions.entries()) {
      const admission = admissions[index];
      if (admission === undefined) fail(new Error(`${campaign} did not say whether ${turn.task} may run`));
      else answer(admission);
    }
  } catch (error) {
    for (const { fail } of questions) fail(error);
  }
}
