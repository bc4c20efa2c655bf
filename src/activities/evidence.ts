/** What was wrong, written down for the agent's next prompt and for people. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { taskFolder, type HomePaths } from '../core/home.js';
import type { Mask } from '../core/mask.js';
import type { Failure } from '../core/turn.js';
import { makeFailure } from './failure.js';

/** A command of the spec that did not pass. */
export interface FailedCommand {
  readonly command: string;
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly tail: string;
}

export interface Rejection {
  readonly title: string;
  /** One sentence each. */
  readonly findings: readonly string[];
  readonly commands: readonly FailedCommand[];
  readonly timeoutMs: number;
}

export interface EvidenceAt {
  readonly home: HomePaths;
  readonly campaign: string;
  readonly task: string;
  /** `<gen>/verify.md`, relative to the task's folder. */
  readonly name: string;
  /** Of all that is written down and told. */
  readonly mask: Mask;
}

/** Writes the evidence, and makes the failure that names it. */
export async function reject(at: EvidenceAt, rejection: Rejection): Promise<Failure> {
  const file = `${taskFolder(at.home, at.campaign, at.task)}/${at.name}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomic(file, at.mask(render(rejection)));
  const { findings, commands, timeoutMs } = rejection;
  const said = [...findings, ...commands.map((failed) => sayHow(failed, timeoutMs))];
  const same = [
    ...findings,
    ...commands.map((failed) => `${failed.command} ${failed.exitCode} ${failed.tail}`),
  ];
  return makeFailure('rejected', at.mask(said.join('; ')), { same: same.join('\n'), evidence: at.name });
}

export function sayHow(
  { command, exitCode, timedOut }: Omit<FailedCommand, 'tail'>,
  timeoutMs: number,
): string {
  return timedOut
    ? `\`${command}\` ran longer than ${timeoutMs / 1000} s`
    : `\`${command}\` ended with exit code ${exitCode}`;
}

function render({ title, findings, commands, timeoutMs }: Rejection): string {
  const list = findings.length === 0 ? [] : [findings.map((finding) => `- ${finding}`).join('\n')];
  const outputs = commands.map((failed) => {
    const fence = fenceFor(failed.tail);
    return `## ${sayHow(failed, timeoutMs)}\n\nThe end of its output:\n\n${fence}\n${failed.tail}\n${fence}`;
  });
  return `${[`# ${title}`, ...list, ...outputs].join('\n\n')}\n`;
}

/** Longer than any fence in the text, so that output can't end its own block. */
function fenceFor(text: string): string {
  const longest = (text.match(/`{3,}/g) ?? []).reduce((most, found) => Math.max(most, found.length), 2);
  return '`'.repeat(longest + 1);
}
