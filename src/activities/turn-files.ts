/** A turn, and what is kept of it on disk: prompt, output, facts. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import type { Adapter } from '../agents/adapter.js';
import { agentEnvironment, parseEnvFile } from '../agents/agent-env.js';
import { adapterKinds, findAdapter } from '../agents/registry.js';
import { agentForTask } from '../agents/task-agent.js';
import type { AgentBrief, CampaignBrief, TaskBrief } from '../core/brief.js';
import { taskFolder, turnFolder, worktreePath } from '../core/home.js';
import { WORKTREE_GONE, type Order, type TaskInput, type TurnFacts } from '../core/ports.js';
import type { ActivityDeps } from './deps.js';
import { findBlockerFile, readBlockerFault } from './blocker-file.js';
import { consumeReview } from './review-file.js';
import { unknownInBrief } from './brief-file.js';
import { laneEnvironment } from './lane.js';
import { lasting } from './lasting.js';
import {
  beginGen,
  readSession,
  sessionFile,
  sessionId,
  sessionOf,
  type SessionRecord,
} from './session-record.js';
import { INPUTS_FOLDER, type NeedInput } from './task-result.js';
import type { TurnTiming } from './turn-watch.js';

export interface Turn {
  readonly deps: ActivityDeps;
  readonly brief: CampaignBrief;
  readonly order: Order;
  readonly task: TaskBrief;
  readonly agent: AgentBrief;
  readonly adapter: Adapter;
  readonly timing: TurnTiming;
  readonly worktree: string;
  readonly files: TurnFiles;
  /** What the agent sees, its turn's facts included; the session's and the mark are added at the start. */
  readonly env: Readonly<Record<string, string>>;
  /** Why it can't be started at all, for a person; or null. */
  readonly unready: string | null;
  /** The session as the last try of this gen, or the turn before, left it. */
  readonly before: SessionRecord;
  /** Changes while the turn runs; always what is on disk, or about to be. */
  session: SessionRecord;
  /** The session was started by an earlier turn or try. */
  readonly wasStarted: boolean;
  /** This very turn was begun before, and lost with its worker. */
  readonly again: boolean;
  /** The text of the order's evidence, or null. */
  readonly evidence: string | null;
  /** What was wrong with the blocker file of the turn before, or null. */
  readonly blockerFault: string | null;
  /** What the tasks that it needs came to; laid into its worktree before each start. */
  inputs: readonly NeedInput[];
  /** The agent has Longhaul's MCP tools. */
  readonly mcp: boolean;
  readonly startedAtMs: number;
  /** When it was there for a worker to take, where that is known. */
  readonly givenOutAtMs: number | null;
  /** Of a turn that was over before its end was noticed; else null, which is now. */
  readonly endedAtMs: number | null;
}

interface TurnFiles {
  readonly prompt: string;
  /** What the prompt was rendered from: names and versions. */
  readonly templates: string;
  readonly events: string;
  /** What it said by its tools, as lines. */
  readonly said: string;
  readonly stderr: string;
  readonly outputOrder: string;
  readonly facts: string;
  readonly output: string;
  readonly schema: string;
  readonly blocker: string;
  readonly review: string;
  readonly completion: string;
  readonly session: string;
}

export function openTurn(
  at: Pick<Turn, 'deps' | 'brief' | 'timing' | 'givenOutAtMs'> & { readonly input: TaskInput },
): Turn {
  const { deps, brief, timing } = at;
  const { order } = at.input;
  const task = known(brief.tasks[order.task], `task ${order.task}`, brief);
  const named = known(brief.agents[order.agent], `agent ${order.agent}`, brief);
  const adapter = findAdapter(named.adapter);
  if (adapter === null) {
    throw lasting(
      'brief/other-version',
      `Agent ${named.name} has the adapter ${named.adapter}; this version knows ${adapterKinds.join(', ')}. Start a worker of the version that made the campaign, then answer.`,
    );
  }
  const role = task.role === null ? null : (brief.roles[task.role] ?? null);
  const agent = agentForTask(named, adapter, { model: task.model, role });
  const worktree = worktreePath(deps.home, brief.campaign, order.task);
  if (!existsSync(worktree)) {
    throw lasting(
      WORKTREE_GONE,
      `The worktree ${worktree} of task ${order.task} is gone; the next turn makes it anew.`,
    );
  }
  const session = sessionId(brief, order);
  const files = turnFiles(deps, at.input, session);
  const record = sessionOf(readSession(files.session, session), agent.adapter, order.session);
  const { variables, missing } = environment(deps, agent, adapter);
  return {
    deps,
    brief,
    order,
    task,
    agent,
    adapter,
    timing,
    worktree,
    files,
    env: { ...variables, ...facts(brief, order, task), ...places(files, worktree) },
    unready: missing.length === 0 ? null : describeMissing(agent, missing, deps.home.env),
    before: record,
    session: beginGen(record, order.gen),
    wasStarted: record.gen > 0 || (order.session !== null && record.left === null),
    again: record.gen === order.gen,
    evidence:
      order.evidence === null
        ? null
        : readEvidence(`${taskFolder(deps.home, brief.campaign, order.task)}/${order.evidence}`),
    blockerFault: readBlockerFault(
      `${turnFolder(deps.home, { campaign: brief.campaign, task: order.task, gen: order.gen - 1 })}/${BLOCKER_FILE}`,
    ),
    inputs: [],
    mcp: adapter.mcp,
    startedAtMs: Date.now(),
    givenOutAtMs: at.givenOutAtMs,
    endedAtMs: null,
  };
}

const BLOCKER_FILE = 'blocker.json';
/** What the agent said that its task came to. */
export const COMPLETION_FILE = 'completion.json';
/** Where an agent is answered, in its worktree. */
export const INBOX = '.longhaul/inbox.jsonl';

function known<T>(value: T | undefined, what: string, brief: CampaignBrief): T {
  if (value === undefined) throw unknownInBrief(brief, what);
  return value;
}

function turnFiles(deps: ActivityDeps, { campaign, order }: TaskInput, session: string): TurnFiles {
  const folder = turnFolder(deps.home, { campaign, task: order.task, gen: order.gen });
  mkdirSync(folder, { recursive: true });
  return {
    prompt: `${folder}/prompt.md`,
    templates: `${folder}/templates.json`,
    events: `${folder}/events.jsonl`,
    said: `${folder}/said.jsonl`,
    stderr: `${folder}/stderr.log`,
    outputOrder: `${folder}/output-order.txt`,
    facts: `${folder}/turn.json`,
    output: `${folder}/output.json`,
    schema: `${folder}/output-schema.json`,
    blocker: `${folder}/${BLOCKER_FILE}`,
    review: `${folder}/review.json`,
    completion: `${folder}/${COMPLETION_FILE}`,
    session: sessionFile(deps.home, { campaign, task: order.task }, session),
  };
}

function environment(deps: ActivityDeps, agent: AgentBrief, adapter: Adapter) {
  return agentEnvironment({
    worker: deps.env,
    home: parseEnvFile(existsSync(deps.home.env) ? readFileSync(deps.home.env, 'utf8') : ''),
    named: agent.env,
    beginnings: adapter.variables,
  });
}

function describeMissing(agent: AgentBrief, missing: readonly string[], envFile: string): string {
  const are = missing.length === 1 ? 'is' : 'are';
  const lines = missing.map((name) => `${name}=…`).join(' and ');
  return `Agent ${agent.name} needs ${missing.join(', ')}, which ${are} set neither in ${envFile} nor in the worker's environment. Add ${lines} to ${envFile}, then \`longhaul retry\`.`;
}

function facts(brief: CampaignBrief, order: Order, task: TaskBrief): Readonly<Record<string, string>> {
  return {
    LONGHAUL_CAMPAIGN: brief.campaign,
    LONGHAUL_TASK: order.task,
    LONGHAUL_ROLE: task.role ?? '',
    LONGHAUL_ATTEMPT: String(order.attempt),
    LONGHAUL_TURN: String(order.turn),
    ...laneEnvironment(brief, order.lane),
  };
}

function places({ prompt }: TurnFiles, worktree: string): Readonly<Record<string, string>> {
  return {
    LONGHAUL_PROMPT_FILE: prompt,
    LONGHAUL_INPUTS: `${worktree}/${INPUTS_FOLDER}`,
    LONGHAUL_INBOX: `${worktree}/${INBOX}`,
  };
}

/** An artifact that is gone is no reason to fail the turn: the order's note says the gist. */
function readEvidence(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/**
 * The facts of a turn that ended, and whose report was lost with its worker: said again, not done again. An interrupted
 * one goes on instead.
 */
export function readFinished(turn: Turn): TurnFacts | null {
  if (!existsSync(turn.files.facts)) return null;
  const facts = JSON.parse(readFileSync(turn.files.facts, 'utf8')) as TurnFacts;
  consumeFiles(turn, facts);
  return facts;
}

export async function writeFinished(turn: Turn, facts: TurnFacts): Promise<void> {
  if (facts.outcome === 'interrupted') return;
  await writeFileAtomic(turn.files.facts, `${JSON.stringify(facts)}\n`);
  consumeFiles(turn, facts);
}

/** Only now: until the facts are on disk, another try must find them. */
function consumeFiles(turn: Turn, facts: TurnFacts): void {
  if (turn.task.reviews !== null) consumeReview(turn.worktree, turn.files.review);
  if (facts.outcome !== 'blocked') return;
  findBlockerFile(turn.worktree, { artifact: turn.files.blocker, agentRuns: false })?.consume();
}

/** For texts that must be told apart and not read. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
