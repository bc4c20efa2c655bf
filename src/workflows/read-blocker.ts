import { severities, type BlockerDetails, type BlockerReport } from '../core/turn.js';
import { fieldsOf, textOf } from './hearer.js';

const LONGEST_NAME = 200;
const LONGEST = 1_000;

/** What an agent tells of and goes on; a signal may come from anybody. Null where it says nothing. */
export function readBlocker(input: unknown): BlockerReport | null {
  const said = fieldsOf(input);
  const description = textOf(said.description);
  if (description === '') return null;
  const severity = severities.find((known) => known === said.severity) ?? 'high';
  return { severity, description, wait: false, ...readDetails(said) };
}

function readDetails(said: ReturnType<typeof fieldsOf>): BlockerDetails {
  const { neededByMs } = said;
  const blockingTask = textOf(said.blockingTask).slice(0, LONGEST_NAME);
  const workaround = textOf(said.workaround).slice(0, LONGEST);
  const impact = textOf(said.impact).slice(0, LONGEST);
  const isTime = typeof neededByMs === 'number' && Number.isFinite(neededByMs);
  return {
    ...(blockingTask === '' ? {} : { blockingTask }),
    ...(workaround === '' ? {} : { workaround }),
    ...(isTime ? { neededByMs } : {}),
    ...(impact === '' ? {} : { impact }),
  };
}
