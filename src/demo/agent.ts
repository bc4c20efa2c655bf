/**
 * The scripted agent: a real program that speaks the `command` adapter's protocol (docs/agents.md). It reads its
 * prompt, edits files in its worktree, reads the output of failed tests, asks a person, meets a usage limit, and
 * goes on where it was killed. It is no model: it can do the tasks of the demo, and nothing else.
 *
 * Arguments: the folder of its memory, and how many ms a step takes.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accidentFile, Memory, type EndedHow } from './memory.js';
import {
  findRemedies,
  readPrompt,
  understand,
  type Asked,
  type Remedy,
  type Skill,
  type Step,
} from './skill.js';
import { skills } from './skill-book.js';

/** Steps' worth of time until the vendor's window opens again. */
const LIMIT_STEPS = 4;
/** Who runs the campaign without the demo waits in vain, but not for ever. */
const ACCIDENT_PATIENCE_MS = 180_000;

const [, , memoryFolder = '', stepText = ''] = process.argv;
const stepMs = Number(stepText);
const { LONGHAUL_TASK = '', LONGHAUL_SESSION = '', LONGHAUL_TURN, LONGHAUL_PROMPT_FILE = '' } = process.env;

function say(message: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function isThere(step: Step): boolean {
  try {
    return readFileSync(step.file, 'utf8').includes(step.text);
  } catch {
    return false;
  }
}

/** Writes what is not there yet, piece by piece. */
async function write({ steps, meetsAccident = false }: Skill): Promise<void> {
  for (const [index, step] of steps.entries()) {
    if (meetsAccident && index === 1) await waitForAccident();
    const percent = Math.round((100 * index) / steps.length);
    if (isThere(step)) {
      say({ type: 'progress', percent, note: `${step.file}: this part is there already` });
      continue;
    }
    say({ type: 'progress', percent, note: `edits ${step.file}` });
    await sleep(stepMs);
    mkdirSync(path.dirname(step.file), { recursive: true });
    appendFileSync(step.file, step.text);
  }
}

/** On a slow machine the agents begin long after one another: else the first would be done before the second is at work. */
async function waitForAccident(): Promise<void> {
  const deadline = Date.now() + ACCIDENT_PATIENCE_MS;
  while (!existsSync(accidentFile(memoryFolder)) && Date.now() < deadline) await sleep(50);
}

async function mend(remedies: readonly Remedy[]): Promise<void> {
  for (const { shownBy, file, from, to } of remedies) {
    say({ type: 'progress', percent: 50, note: `the failed test wants ${shownBy}: mends ${file}` });
    await sleep(2 * stepMs);
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  }
}

function finish(summary: string): EndedHow {
  say({ type: 'result', outcome: 'done', summary });
  return 'done';
}

function giveUp(summary: string): EndedHow {
  say({ type: 'result', outcome: 'failed', summary });
  return 'failed';
}

/** The task that only looks: runs the tests, and tells what they said. */
async function check(): Promise<EndedHow> {
  say({ type: 'progress', percent: 50, note: 'runs all the tests' });
  await sleep(stepMs);
  const output = execFileSync('npm', ['test'], { encoding: 'utf8' });
  const count = /^\S+ pass (\d+)$/m.exec(output)?.[1] ?? '?';
  return finish(`${count} tests pass. What none of them covers: a product that is sold out.`);
}

async function meetLimit(): Promise<EndedHow> {
  say({ type: 'progress', percent: 0, note: 'begins' });
  await sleep(stepMs);
  say({ type: 'limit', resetAt: new Date(Date.now() + LIMIT_STEPS * stepMs).toISOString() });
  return 'limit';
}

async function ask(text: string): Promise<EndedHow> {
  say({ type: 'progress', percent: 0, note: 'reads what is there' });
  await sleep(stepMs);
  say({ type: 'blocker', severity: 'high', description: text, wait: true });
  return 'question';
}

async function work({
  skill,
  asked,
  memory,
}: {
  skill: Skill;
  asked: Asked;
  memory: Memory;
}): Promise<EndedHow> {
  if (skill.steps.length === 0) return check();
  if (skill.limited === true && !memory.remembers('limit')) return meetLimit();
  const remedies = findRemedies(skill, asked.news);
  const { question } = skill;
  if (question === undefined) {
    await (remedies.length > 0 ? mend(remedies) : write(skill));
    return finish(skill.summary);
  }
  const decided = asked.answer === null ? null : understand(question, asked.answer);
  if (decided === null) return ask(question.text);
  const steps = skill.steps.map((step) => ({ ...step, text: step.text.replace('ANSWER', decided) }));
  await write({ ...skill, steps });
  return finish(skill.summary);
}

async function main(): Promise<void> {
  const prompt = readFileSync(LONGHAUL_PROMPT_FILE, 'utf8');
  const memory = new Memory(memoryFolder, {
    task: LONGHAUL_TASK,
    session: LONGHAUL_SESSION,
    turn: Number(LONGHAUL_TURN),
  });
  memory.begin();
  // A script costs nothing.
  say({ type: 'usage', inputTokens: 0, outputTokens: 0, costUsd: 0 });
  const asked = readPrompt(prompt);
  const skill = skills.find(({ title }) => title === asked.title);
  const how =
    skill === undefined
      ? giveUp(`I am a script for the demo, and can't do "${asked.title}".`)
      : await work({ skill, asked, memory });
  memory.end(how);
}

await main();
