/** One turn over the Agent Client Protocol: initialize, a session, a prompt, until the agent stops. */
import {
  client,
  methods,
  PROTOCOL_VERSION,
  RequestError,
  type ClientConnection,
  type ClientContext,
  type RequestPermissionRequest,
  type SessionConfigOption,
  type StopReason,
  type Stream,
} from '@agentclientprotocol/sdk/unstable';
import { Hearing } from './hearing.js';
import { answerPermission, type PermissionAnswer } from './permission.js';
import type { Print, Talk } from './talk.js';

export interface Conversation {
  /** Resolves when all is said; never rejects. */
  readonly ended: Promise<void>;
  /** Asks the agent to stop; `ended` follows if it does. */
  cancel(): void;
}

interface Live {
  readonly talk: Talk;
  readonly print: Print;
  readonly hearing: Hearing;
  session: string | null;
  /** Somebody wants the turn to end, or the agent can't go on without a person. */
  stopped: boolean;
}

export function converse(
  stream: Stream,
  prompt: string,
  { talk, print }: Pick<Live, 'talk' | 'print'>,
): Conversation {
  const live: Live = { talk, print, hearing: new Hearing(print), session: null, stopped: false };
  const connection: ClientConnection = client({ name: 'longhaul' })
    .onNotification(methods.client.session.update, ({ params }) => live.hearing.hear(params.update))
    .onRequest(methods.client.session.requestPermission, ({ params }) => ({
      outcome: permit(live, connection, params),
    }))
    .connect(stream);
  return {
    ended: takeTurn(live, connection.agent, prompt).catch((error: unknown) => printFailure(live, error)),
    cancel: () => stop(live, connection),
  };
}

function stop(live: Live, { agent }: ClientConnection): void {
  live.stopped = true;
  if (live.session !== null)
    void agent.notify(methods.agent.session.cancel, { sessionId: live.session }).catch(() => undefined);
}

function permit(live: Live, connection: ClientConnection, asked: RequestPermissionRequest): PermissionAnswer {
  const { permissions } = live.talk;
  if (live.stopped) return { outcome: 'cancelled' };
  if (permissions !== 'ask') {
    const answer = answerPermission(permissions, asked.options);
    if (answer.outcome === 'selected') return answer;
  }
  const what = asked.toolCall.title ?? asked.toolCall.kind ?? 'a tool';
  const description = `The agent asks for permission: ${what}${askPerson(permissions)}`;
  live.print({
    type: 'blocker',
    severity: 'high',
    description,
    wait: true,
    permission: permissions === 'ask',
  });
  stop(live, connection);
  return { outcome: 'cancelled' };
}

/** What an answer can bring about, as the end of the blocker's text. */
function askPerson(permissions: Talk['permissions']): string {
  if (permissions === 'ask')
    return '. Answer "yes" to allow what it asks for in its next turn, or say what it shall do instead.';
  return `, and offers no way to ${permissions} it for once or for ever. Say what it shall do instead, or change \`permissions\` of the agent in the campaign file and \`longhaul apply\` it before you answer.`;
}

async function takeTurn(live: Live, agent: ClientContext, prompt: string): Promise<void> {
  const { agentCapabilities } = await agent.request(methods.agent.initialize, {
    protocolVersion: PROTOCOL_VERSION,
    // Its own tools read and write the worktree.
    clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
    clientInfo: { name: 'longhaul', version: '1' },
  });
  const canLoad = agentCapabilities?.loadSession === true;
  const canResume = agentCapabilities?.sessionCapabilities?.resume != null;
  const opened = await openSession(live, agent, { canLoad, canResume });
  if (opened === null) return;
  const { sessionId, configOptions } = opened;
  live.session = sessionId;
  live.print({ type: 'session', id: sessionId });
  if (isStopped(live)) return;
  await chooseModel(agent, { sessionId, model: live.talk.model, options: configOptions ?? [] });
  if (isStopped(live)) return;
  live.hearing.begin(live.talk.session === null);
  const { stopReason, usage } = await agent.request(methods.agent.session.prompt, {
    sessionId,
    prompt: [{ type: 'text', text: prompt }],
  });
  live.hearing.printUsage(usage);
  printEnd(live, stopReason);
}

/** Meanwhile: of a session that was not open yet, the agent could not be told. */
function isStopped({ stopped }: Live): boolean {
  return stopped;
}

interface Opened {
  readonly sessionId: string;
  readonly configOptions?: readonly SessionConfigOption[] | null | undefined;
}

/** Null where the session is not there, or the agent can't go on with any. */
async function openSession(
  { talk, print }: Live,
  agent: ClientContext,
  { canLoad, canResume }: { canLoad: boolean; canResume: boolean },
): Promise<Opened | null> {
  const where = { cwd: process.cwd(), mcpServers: [] };
  const { session: sessionId } = talk;
  if (sessionId === null) return agent.request(methods.agent.session.new, where);
  const asked = { ...where, sessionId };
  try {
    // Without the history, which we have.
    if (canResume) return { ...(await agent.request(methods.agent.session.resume, asked)), sessionId };
    if (canLoad) return { ...(await agent.request(methods.agent.session.load, asked)), sessionId };
  } catch (error) {
    if (!isUnknownSession(error)) throw error;
  }
  print({ type: 'no-session' });
  return null;
}

const RESOURCE_NOT_FOUND = -32_002;
const AUTH_REQUIRED = -32_000;

function isUnknownSession(error: unknown): boolean {
  // A login that is missing is no session that is, whatever the words.
  if (!(error instanceof RequestError) || error.code === AUTH_REQUIRED) return false;
  const text = `${error.message} ${JSON.stringify(error.data ?? '')}`;
  return (
    error.code === RESOURCE_NOT_FOUND ||
    /session.*(not found|unknown|invalid)|no (conversation|rollout) found|(not found|unknown).*session/i.test(
      text,
    )
  );
}

async function chooseModel(
  agent: ClientContext,
  {
    sessionId,
    model,
    options,
  }: { sessionId: string; model: string | null; options: readonly SessionConfigOption[] },
): Promise<void> {
  if (model === null) return;
  const choice = options.find(({ category, id }) => category === 'model' || id === 'model');
  if (choice === undefined)
    throw new Error(
      'model not found: this agent can not be told a model over ACP; name it in run, or leave model out',
    );
  await agent.request(methods.agent.session.setConfigOption, {
    sessionId,
    configId: choice.id,
    value: model,
  });
}

const LONGEST_REASON = 2_000;
const LONGEST_DATA = 1_000;

/** The message is what it sums up with. */
function printEnd({ print, hearing, stopped }: Live, reason: StopReason): void {
  if (stopped || reason === 'cancelled') return;
  if (hearing.message !== '') print({ type: 'message', text: hearing.message });
  if (reason === 'end_turn') print({ type: 'result', outcome: 'done' });
  else {
    const message = `The agent stopped with ${reason}. ${hearing.message.slice(0, LONGEST_REASON)}`.trim();
    print({ type: 'failure', stop: reason, message });
  }
}

function printFailure({ print, stopped }: Live, error: unknown): void {
  if (stopped) return;
  if (error instanceof RequestError) {
    const data = error.data === undefined ? '' : ` ${JSON.stringify(error.data).slice(0, LONGEST_DATA)}`;
    print({ type: 'failure', code: error.code, message: `${error.message}${data}` });
  } else if (error instanceof Error && /^model not found/.test(error.message)) {
    print({ type: 'failure', message: error.message });
  }
  // Else the agent is gone: how it exited says more.
}
