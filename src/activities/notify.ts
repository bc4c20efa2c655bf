/**
 * Tells people of a notice at each of the campaign's targets: a command, a webhook, the desktop. Each is tried once per
 * try of the activity until it has it; what was sent, and what failed, stands in the campaign's notifications.log.
 */
import { createHmac } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { execa } from 'execa';
import { agentEnvironment, parseEnvFile } from '../agents/agent-env.js';
import type { CampaignBrief } from '../core/brief.js';
import { campaignPaths } from '../core/home.js';
import { escapeHtml, plainLine } from '../report/escape.js';
import { atLeast, type Notice } from '../core/notice.js';
import type { NotifyTarget } from '../core/notify-target.js';
import type { Activities } from '../core/ports.js';
import { createBriefReader } from './brief-file.js';
import type { ActivityDeps } from './deps.js';

type NotifyInput = Parameters<Activities['notify']>[0];

const SEND_MS = 15_000;

/** Without secrets: it goes into logs. */
class UnsentError extends Error {}

export function createNotifyActivity(deps: ActivityDeps): Pick<Activities, 'notify'> {
  const readBrief = createBriefReader(deps.home);
  return {
    async notify(input) {
      const log = openLog(deps, input);
      const brief = await readBrief(input.campaign, input.briefDigest);
      const told = { ...input, notice: { ...input.notice, text: plainLine(input.notice.text) } };
      const unsent = targetsOf(brief, told.notice).filter(({ name }) => !log.has(`${name}: sent`));
      // At once: one that hangs must not use up the others' time.
      const faults = await Promise.all(
        unsent.map(async ({ name, target }) => {
          const fault = await send(deps, target, told);
          log.note(`${name}: ${fault ?? 'sent'}`);
          return fault === null ? [] : [`${name}: ${fault}`];
        }),
      );
      if (faults.flat().length > 0) throw new UnsentError(faults.flat().join('; '));
    },
  };
}

interface Named {
  /** As it is told apart in the log. */
  readonly name: string;
  readonly target: NotifyTarget;
}

function targetsOf({ notify = [], accountNotify = {} }: CampaignBrief, notice: Notice): readonly Named[] {
  const { account } = notice;
  const own = account === undefined ? [] : (accountNotify[account] ?? []);
  return [
    ...notify.map((target, index) => ({ name: `${target.to} ${index + 1}`, target })),
    ...own.map((target, index) => ({ name: `${target.to} ${index + 1} of ${account ?? ''}`, target })),
  ].filter(({ target }) => notice.about === 'end' || atLeast(notice.severity, target.severity));
}

/** One line for the notice, then one for each try; a try knows from it what the tries before have sent. */
function openLog({ home }: ActivityDeps, { campaign, key, notice }: NotifyInput) {
  const { folder } = campaignPaths(home, campaign);
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/notifications.log`;
  const known = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const note = (text: string): void =>
    appendFileSync(file, `${new Date().toISOString()} ${key} ${text.replace(/\s+/g, ' ')}\n`);
  if (!known.includes(` ${key} ${notice.severity}: `)) note(`${notice.severity}: ${notice.text}`);
  return { has: (text: string) => known.includes(` ${key} ${text}\n`), note };
}

/** What went wrong, or null. */
async function send(deps: ActivityDeps, target: NotifyTarget, input: NotifyInput): Promise<string | null> {
  try {
    switch (target.to) {
      case 'command':
        await runCommand(deps, target.command, input);
        break;
      case 'webhook':
        await post(deps, target, input);
        break;
      case 'desktop':
        await showOnDesktop(deps, input);
        break;
    }
    return null;
  } catch (error) {
    return error instanceof UnsentError ? error.message : 'it could not be told';
  }
}

function bodyOf({ campaign, key, notice }: NotifyInput): string {
  return JSON.stringify({ id: key, campaign, ...notice });
}

/** The notice as JSON on its standard input, and its text as a variable. */
async function runCommand(
  deps: ActivityDeps,
  [program = '', ...args]: readonly string[],
  input: NotifyInput,
): Promise<void> {
  const { text, severity } = input.notice;
  const env = { LONGHAUL_NOTICE: text, LONGHAUL_SEVERITY: severity, LONGHAUL_CAMPAIGN: input.campaign };
  await run(deps, [program, ...args], { input: bodyOf(input), env });
}

async function run(
  deps: ActivityDeps,
  [program = '', ...args]: readonly string[],
  given: { readonly input: string; readonly env: Readonly<Record<string, string>> },
): Promise<void> {
  const { exitCode, signal, timedOut, failed } = await execa(program, args, {
    input: given.input,
    env: { ...environmentOf(deps), ...given.env },
    extendEnv: false,
    cwd: deps.home.root,
    timeout: SEND_MS,
    reject: false,
    buffer: false,
    stdout: 'ignore',
    stderr: 'ignore',
  });
  if (timedOut) throw new UnsentError(`it did not end within ${SEND_MS / 1_000} s`);
  if (signal !== undefined) throw new UnsentError(`it was ended by ${signal}`);
  if (exitCode === undefined) throw new UnsentError('it could not be started');
  if (failed) throw new UnsentError(`it ended with exit code ${exitCode}`);
}

/** The ordinary variables, of a desktop too; and no key of anybody's. */
function environmentOf({ env }: ActivityDeps): Readonly<Record<string, string>> {
  const named = ['DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR'];
  return agentEnvironment({ worker: env, home: {}, named, beginnings: [] }).variables;
}

/** Signed over time and body, so that neither can be another's: `sha256=` and the HMAC of `<time>.<body>`. */
async function post(
  deps: ActivityDeps,
  { url, urlEnv, secretEnv }: Extract<NotifyTarget, { to: 'webhook' }>,
  input: NotifyInput,
): Promise<void> {
  const body = bodyOf(input);
  const time = String(Math.floor(Date.now() / 1_000));
  const signed = (secret: string) =>
    `sha256=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
  const headers = {
    'content-type': 'application/json',
    'x-longhaul-id': input.key,
    'x-longhaul-timestamp': time,
    ...(secretEnv === null ? {} : { 'x-longhaul-signature': signed(secretOf(deps, secretEnv)) }),
  };
  const address = url ?? secretOf(deps, urlEnv ?? '');
  if (!URL.canParse(address)) throw new UnsentError('its address is none');
  const signal = AbortSignal.timeout(SEND_MS);
  const response = await fetch(address, { method: 'POST', headers, body, redirect: 'manual', signal }).catch(
    (error: unknown) => {
      throw new UnsentError(`it did not answer${codeIn(error)}`);
    },
  );
  await response.body?.cancel();
  if (!response.ok) throw new UnsentError(`it answered with status ${response.status}`);
}

/** As `ECONNREFUSED`; the rest of the error may hold the address, which may be a secret. */
function codeIn(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? ` (${cause.code})` : '';
}

function secretOf({ home, env }: ActivityDeps, name: string): string {
  const written = existsSync(home.env) ? parseEnvFile(readFileSync(home.env, 'utf8')) : {};
  const value = written[name] ?? env[name];
  if (value === undefined || value === '')
    throw new UnsentError(`${name} is set neither in ${home.env} nor in the worker's environment`);
  return value;
}

async function showOnDesktop(deps: ActivityDeps, input: NotifyInput): Promise<void> {
  const { text } = input.notice;
  const title = `Longhaul: ${input.campaign}`;
  const mac = [
    '-e',
    'on run argv',
    '-e',
    'display notification (item 2 of argv) with title (item 1 of argv)',
  ];
  const command =
    process.platform === 'darwin'
      ? ['osascript', ...mac, '-e', 'end run', title, text]
      : ['notify-send', '--', title, escapeHtml(text)];
  await run(deps, command, { input: '', env: {} });
}
