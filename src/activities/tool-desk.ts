/**
 * Where the calls of one start of an agent are taken, one by one: each is kept, heard as a printed line is, told to the
 * campaign, and answered with what came of it.
 */
import { appendFileSync } from 'node:fs';
import { isRecord } from '../agents/adapter.js';
import { readSaid } from '../agents/said.js';
import { toolsOf, type Line, type Tool } from '../agents/tool.js';
import type { ToolAnswer, ToolDesk } from './deps.js';
import { hearEvents, isAllTold, type Hearing } from './hearing.js';
import type { Turn } from './turn-files.js';

/** What a start may say, in bytes: its words are kept on disk, and no agent's work has more of them. */
const MOST_SAID = 8 * 1024 * 1024;

interface DeskAt {
  readonly turn: Turn;
  /** Bytes that this start has said. */
  said: number;
  readonly hearing: Hearing;
  readonly tools: readonly Tool[];
  /** Tells the campaign what it was not told yet. Never rejects. */
  readonly deliver: () => Promise<void>;
}

/** Calls that may wait for the one before: more are no agent's work any more. */
const MOST_WAITING = 50;

export function openDesk(given: Omit<DeskAt, 'tools' | 'said'>): ToolDesk {
  const at: DeskAt = { ...given, said: 0, tools: toolsOf(given.turn.brief, given.turn.task) };
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let isOpen = true;
  return {
    tools: at.tools,
    call(name, args) {
      if (waiting >= MOST_WAITING)
        return Promise.resolve(refuse(`${MOST_WAITING} calls wait already; nothing was done with this one.`));
      waiting += 1;
      const answer = last
        .then(() => (isOpen ? answerCall(at, name, args) : refuse(TURN_IS_OVER)))
        .finally(() => (waiting -= 1));
      last = answer;
      return answer;
    },
    close: () => void (isOpen = false),
  };
}

const TURN_IS_OVER = 'Nothing was done: your turn is over. End it now; you are resumed when there is more.';

async function answerCall(at: DeskAt, name: string, args: unknown): Promise<ToolAnswer> {
  try {
    return await take(at, name, args);
  } catch (error) {
    // A full disk, say: the agent may say it in another way.
    const why = error instanceof Error ? error.message : String(error);
    return refuse(`This was not taken: ${why}`);
  }
}

async function take(at: DeskAt, name: string, args: unknown): Promise<ToolAnswer> {
  const { hearing, tools } = at;
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined)
    return refuse(`There is no tool ${name}; there are ${tools.map((each) => each.name).join(', ')}.`);
  const call = tool.read(args);
  if (call.is === 'wrong')
    return refuse(
      `Nothing was done. Mend this and call ${name} again:\n${call.problems.map((problem) => `- ${problem}`).join('\n')}`,
    );
  if (call.is === 'question') {
    await at.deliver();
    return readInbox(hearing);
  }
  if (hearing.told) return refuse(TURN_IS_OVER);
  const wrong = whatIsWrong(at.turn, call.line);
  return wrong === null ? say(at, call.line) : refuse(`Nothing was done. ${wrong}`);
}

/** What a schema can't know. */
function whatIsWrong({ task, brief, order }: Turn, line: Line): string | null {
  if (line.type === 'contract' && !task.publishes.includes(String(line.name)))
    return `name: your task publishes ${task.publishes.join(', ')}, not ${String(line.name)}.`;
  const { blockingTask } = line;
  if (line.type !== 'blocker' || typeof blockingTask !== 'string') return null;
  if (blockingTask === order.task) return 'blockingTask: this is your own task. Leave it out.';
  if (brief.tasks[blockingTask] !== undefined) return null;
  const known = Object.keys(brief.tasks).slice(0, 50).join(', ');
  return `blockingTask: there is no task ${blockingTask}. Tasks: ${known}.`;
}

async function say(at: DeskAt, line: Line): Promise<ToolAnswer> {
  const { turn, hearing, deliver } = at;
  // Before it counts: whoever comes after a crash hears it again. How far it was interests nobody then.
  if (line.type !== 'progress') {
    const text = `${JSON.stringify(line)}\n`;
    at.said += Buffer.byteLength(text);
    if (at.said > MOST_SAID)
      return refuse(`Nothing was done: you have said more than ${MOST_SAID / 1024 ** 2} MB in this turn.`);
    appendFileSync(turn.files.said, text, { mode: 0o600 });
  }
  const problems: string[] = [];
  hearEvents(hearing, readSaid(line) ?? [], (found) => {
    if (found !== null) problems.push(found);
  });
  await deliver();
  if (problems.length > 0)
    return refuse(`It can't be published: ${problems.join('; ')}. Mend it and call again.`);
  return { text: answerTo(hearing, line), isError: false };
}

const END_NOW = 'End your turn now, without doing anything else';

function answerTo(hearing: Hearing, line: Line): string {
  if (line.type === 'blocker' && line.wait === true)
    return `A person is asked. ${END_NOW}: you are resumed with the answer.`;
  if (line.type === 'lock' && line.wait === 'end')
    return `${END_NOW}: you are resumed when the lock is yours, or will not be.`;
  if (!isAllTold(hearing))
    return 'Kept. The campaign can not be reached just now; it is told as soon as it can be. Go on.';
  return line.type === 'lock' ? takeLockAnswer(hearing, String(line.id)) : (answers[line.type] ?? 'Noted.');
}

const answers: Readonly<Record<string, string>> = {
  blocker: 'People are told. Go on; an answer comes with your next turn.',
  release: 'Given back.',
  contract: 'It is published, and will be merged. Go on; you are told if that fails.',
  draft: 'It is published, and will be merged. Go on; you are told if that fails.',
  propose: 'Proposed. Go on with your own task; your next turn is told what became of it.',
  review: 'Your verdict is noted.',
  complete: 'Noted. Your work is checked when your turn ends.',
};

/** What the campaign answered just now; it is not read a second time from the inbox. */
function takeLockAnswer({ inbox }: Hearing, id: string): string {
  const found = inbox.findLastIndex((line) => {
    const said: unknown = JSON.parse(line);
    return isRecord(said) && said.type === 'lock' && said.id === id;
  });
  if (found === -1) return 'Asked for. read_inbox tells whether it is yours.';
  return inbox.splice(found, 1).join('');
}

function readInbox({ inbox }: Hearing): ToolAnswer {
  const lines = inbox.splice(0);
  return { text: lines.length === 0 ? 'Nothing new.' : lines.join('\n'), isError: false };
}

function refuse(text: string): ToolAnswer {
  return { text, isError: true };
}
