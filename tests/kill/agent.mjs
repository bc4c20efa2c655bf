/**
 * The agent of the kill tests: a program of some small steps, each of which it does once, however often it is killed.
 * It keeps books of its own in the folder that its argument names, of which Longhaul knows nothing:
 *   tickets/<campaign>.<task>.<n>  who works on a task: one file per process, made exclusively and never removed. Whoever
 *                                  comes and finds that an earlier one still lives writes a violation.
 *   <campaign>.ledger.jsonl        what happened, one line each
 *   memory/<session>               what a session was told, as a vendor keeps a conversation
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const [folder, as = 'agent'] = process.argv.slice(2);
const { LONGHAUL_CAMPAIGN: campaign, LONGHAUL_TASK: task, LONGHAUL_SESSION: session } = process.env;
const { LONGHAUL_ATTEMPT: attempt, LONGHAUL_TURN: turn, LONGHAUL_PROMPT_FILE: promptFile } = process.env;
const gen = Number(path.basename(path.dirname(promptFile)));

function note(is, more = {}) {
  const line = { is, task, gen, attempt, turn, session, pid: process.pid, atMs: Date.now(), ...more };
  appendFileSync(`${folder}/${campaign}.ledger.jsonl`, `${JSON.stringify(line)}\n`);
}

/** When a process was born; null where it is gone. */
function bornOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19];
  } catch {
    return null;
  }
}

/** A link to a file that is whole already: whoever sees a ticket can read it. */
function takeTicket() {
  mkdirSync(`${folder}/tickets`, { recursive: true });
  const draft = `${folder}/tickets/.${process.pid}.${Date.now()}`;
  writeFileSync(draft, JSON.stringify({ pid: process.pid, born: bornOf(process.pid), as, gen }));
  for (let n = 1; ; n += 1) {
    const ticket = `${folder}/tickets/${campaign}.${task}.${n}`;
    try {
      linkSync(draft, ticket);
      return rmSync(draft);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const other = JSON.parse(readFileSync(ticket, 'utf8'));
    // A helper belongs to the agent that started it, and so to the same gen.
    if (bornOf(other.pid) === other.born && !(as === 'helper' && other.gen === gen)) {
      note('violation', { what: `${as} finds ${other.as} of gen ${other.gen} alive (pid ${other.pid})` });
      process.exit(1);
    }
  }
}

/** All or nothing, also where it is killed meanwhile. */
function write(file, text) {
  const draft = `${folder}/draft.${process.pid}`;
  writeFileSync(draft, text);
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  renameSync(draft, file);
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function remember(prompt) {
  mkdirSync(`${folder}/memory`, { recursive: true });
  if (/Your last turn was rejected/.test(prompt)) write(`${folder}/memory/${session}`, 'rejected');
  return read(`${folder}/memory/${session}`) === 'rejected';
}

/** Agents leave things running, in sessions of their own. */
function leaveHelper() {
  const args = [fileURLToPath(import.meta.url), folder, 'helper'];
  spawn(process.execPath, args, { detached: true, stdio: 'ignore' }).unref();
}

function commit(message) {
  // Whoever held it was killed: nobody else works here.
  rmSync('.git/index.lock', { force: true });
  const git = (...args) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  git('add', '--all');
  if (git('status', '--porcelain') === '') return;
  git('-c', 'user.name=Agent', '-c', 'user.email=agent@localhost', 'commit', '--quiet', '--message', message);
  note('commit', { commit: git('rev-parse', 'HEAD') });
}

const STEPS = 6;
/** Each edits the line that the one before left. */
const chain = { one: 1, two: 2, three: 3 };

/** Until the lab has changed the campaign. */
async function letGo() {
  while (!existsSync(`${folder}/${campaign}.changed`)) await sleep(50);
}

async function work(knowsRejection) {
  const own = `work/${task}.txt`;
  for (let step = read(own).split('\n').length; step <= STEPS; step += 1) {
    await sleep(120 + 40 * step);
    if (step === 2 && task in chain)
      write('chain.txt', `${read('chain.txt').trim().replace(/\+.$/, '')}+${chain[task]}\n`);
    if (step === 3 && task === 'right') leaveHelper();
    write(own, `${read(own)}step ${step} of ${task}\n`);
    note('step', { step });
    if (step % 2 === 0 && task === 'right') commit(`Step ${step}`);
    console.log(JSON.stringify({ type: 'progress', percent: Math.round((100 * step) / STEPS) }));
  }
  if (attempt === '2') write(`work/${task}-again.txt`, 'again\n');
  if (task === 'late') write('work/late.txt', `${read('work/late.txt')}after ${read('work/left-again.txt')}`);
  if (task === 'hold') await letGo();
  if (task !== 'two') return;
  await sleep(300);
  write('work/mended.txt', knowsRejection ? 'mended\n' : 'broken\n');
}

// A worker that dies takes our pipe along; an agent may not mind.
process.stdout.on('error', () => undefined);
takeTicket();
if (as === 'helper') {
  for (;;) await sleep(1_000);
}
note('start');
if (!existsSync('.prepared')) note('violation', { what: 'setup has not run' });
await work(remember(readFileSync(promptFile, 'utf8')));
note('end');
console.log(JSON.stringify({ type: 'result', outcome: 'done', summary: `Did ${task}.` }));
