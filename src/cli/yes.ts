import { createInterface } from 'node:readline/promises';
import { isYes } from '../core/blocker.js';

/** Only a person at a terminal can say so. */
export async function saysYes(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return isYes(await asking.question(`\n${question} [y/N] `));
  } finally {
    asking.close();
  }
}
