/**
 * What a task came to, for the tasks that need it: its agent's summary and output, kept with its artifacts when they
 * were verified, and laid into the worktrees of those that need it.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { taskFolder, turnFolder, type HomePaths } from '../core/home.js';
import type { TurnFacts } from '../core/ports.js';
import { ensureOwnFolder } from './agent-file.js';

export interface TaskResult {
  readonly summary: string;
  /** JSON; null where the agent handed nothing on. */
  readonly output: string | null;
}

/** A need that is there, and where its result lies. */
export interface NeedInput extends TaskResult {
  readonly task: string;
  readonly title: string;
  /** Relative to the worktree. */
  readonly folder: string;
}

interface TaskTurn {
  readonly campaign: string;
  readonly task: string;
  readonly gen: number;
}

/** Where the order had no turn, what the last one came to stands. */
export async function keepResult(home: HomePaths, at: TaskTurn): Promise<void> {
  const folder = turnFolder(home, at);
  const facts = read(`${folder}/turn.json`);
  if (facts === null) return;
  const { summary } = JSON.parse(facts) as TurnFacts;
  const result: TaskResult = { summary, output: read(`${folder}/output.json`) };
  await writeFileAtomic(resultFile(home, at), `${JSON.stringify(result)}\n`);
}

export function readResult(home: HomePaths, at: Omit<TaskTurn, 'gen'>): TaskResult | null {
  const text = read(resultFile(home, at));
  return text === null ? null : (JSON.parse(text) as TaskResult);
}

/** What the turn of this order handed on, as JSON; where it had no turn, what was verified before. Null = nothing. */
export function readTurnOutput(home: HomePaths, at: TaskTurn): string | null {
  const folder = turnFolder(home, at);
  if (read(`${folder}/turn.json`) === null) return readResult(home, at)?.output ?? null;
  return read(`${folder}/output.json`);
}

function resultFile(home: HomePaths, { campaign, task }: Omit<TaskTurn, 'gen'>): string {
  return `${taskFolder(home, campaign, task)}/result.json`;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

export const INPUTS_FOLDER = '.longhaul/inputs';

/** A folder for each need that is there: `summary.md`, and `output.json` where there is one. Made anew each time. */
export function layInputs(
  home: HomePaths,
  brief: CampaignBrief,
  { task, worktree }: { readonly task: TaskBrief; readonly worktree: string },
): readonly NeedInput[] {
  ensureOwnFolder(`${worktree}/.longhaul`);
  rmSync(`${worktree}/${INPUTS_FOLDER}`, { recursive: true, force: true });
  mkdirSync(`${worktree}/${INPUTS_FOLDER}`, { recursive: true });
  return needsOf(brief, task).flatMap((id): NeedInput[] => {
    const result = readResult(home, { campaign: brief.campaign, task: id });
    const need = brief.tasks[id];
    if (result === null || need === undefined) return [];
    const folder = `${INPUTS_FOLDER}/${id}`;
    mkdirSync(`${worktree}/${folder}`);
    writeFileSync(`${worktree}/${folder}/summary.md`, `# ${need.title}\n\n${result.summary}\n`);
    if (result.output !== null) writeFileSync(`${worktree}/${folder}/output.json`, result.output);
    return [{ ...result, task: id, title: need.title, folder }];
  });
}

function needsOf(brief: CampaignBrief, task: TaskBrief): readonly string[] {
  const members = task.groups.flatMap((group) => brief.groups[group] ?? []);
  const authors = [...task.consumes, ...task.provides].flatMap((name) => brief.contracts[name]?.author ?? []);
  const all = [...task.needs, ...task.drafts, ...task.finishes, ...members, ...authors];
  return [...new Set(all)].filter((id) => id !== task.id);
}
