/**
 * Any agent that speaks the Agent Client Protocol. Longhaul's own bridge (src/acp) speaks it and prints the lines of the
 * `command` adapter, with three more: `message`, `failure`, and `no-session` where the agent can't go on with the session.
 */
import {
  describeExit,
  done,
  judgeStart,
  killedBy,
  parseObject,
  textOf,
  troubled,
  type Adapter,
  type AgentCommand,
  type AgentEvent,
  type AgentExit,
  type Ending,
  type Heard,
  type TurnRequest,
  type Verdict,
} from './adapter.js';
import { classifyAcp } from './acp-failure.js';
import { commandAdapter } from './command.js';
import type { OptionForms } from './option.js';

const options: OptionForms = { permissions: { form: { is: 'word', of: ['allow', 'ask', 'deny'] } } };

export const acpAdapter: Adapter = {
  kind: 'acp',
  remembers: true,
  variables: [],
  // Few of such agents take servers from a client: what tools say can be said by files.
  mcp: false,
  options,
  command,
  parse,
  judge,
};

function command({ agent, prompt, session, resume, bridge, answer }: TurnRequest): AgentCommand {
  const [program = '', ...args] = bridge;
  const policy = agent.options['permissions'] ?? 'allow';
  // A person's yes holds for the turn that begins with it.
  const permissions = policy === 'ask' && answer !== null ? (isYes(answer) ? 'allow' : 'deny') : policy;
  const talk = { run: agent.run, model: agent.model, permissions, session: resume ? session : null };
  return {
    program,
    args: [...args, JSON.stringify(talk)],
    env: {},
    stdin: prompt,
    interrupt: 'SIGTERM',
    isAskedAlone: true,
    places: [],
  };
}

function isYes(answer: string): boolean {
  return /^\s*(yes|y|ok|okay|allow|allowed|go ahead)\b/i.test(answer);
}

function parse(line: string, heard: Heard): readonly AgentEvent[] {
  const said = parseObject(line);
  switch (said?.type) {
    case 'message':
      return [{ is: 'message', text: textOf(said.text) ?? '' }];
    case 'blocker':
      return commandAdapter.parse(line, heard).map((event) => withPermission(event, said));
    case 'no-session':
      return [{ is: 'ending', ending: { is: 'no-session' } }];
    case 'failure':
      return [{ is: 'ending', ending: failed(said) }];
    default:
      return commandAdapter.parse(line, heard);
  }
}

/** Only the bridge can say so: what the agent itself prints does not come here. */
function withPermission(event: AgentEvent, { permission }: Readonly<Record<string, unknown>>): AgentEvent {
  if (event.is !== 'blocker' || permission !== true) return event;
  return { ...event, report: { ...event.report, permission } };
}

function failed(said: Readonly<Record<string, unknown>>): Ending {
  const start = textOf(said.start);
  if (start !== null) {
    const startError = { program: textOf(said.program) ?? '', code: start };
    const verdict = judgeStart({ code: null, signal: null, startError, tail: '' });
    const message = verdict?.is === 'outcome' ? verdict.summary : start;
    return { is: 'failed', class: 'spec', message };
  }
  const message = textOf(said.message) ?? 'The agent failed and did not say why.';
  // It has stopped by itself: what it was saying then is its work, and no reason.
  if (said.stop !== undefined) return { is: 'failed', class: 'agent-error', message };
  const kind = classifyAcp({ code: typeof said.code === 'number' ? said.code : null, text: message });
  return kind === 'usage-limit' ? { is: 'capped', message } : { is: 'failed', class: kind, message };
}

function judge(heard: Heard, exit: AgentExit): Verdict {
  switch (heard.ending?.is) {
    case 'done':
      return done(heard.message ?? heard.ending.summary);
    case 'failed':
      return troubled(heard.ending.class, heard.ending.message);
    case 'capped':
      return troubled('usage-limit', heard.ending.message, heard.limit ?? {});
    case 'no-session':
      return { is: 'start-anew' };
    case undefined:
      return judgeStart(exit) ?? judgeSilentExit(exit);
  }
}

function judgeSilentExit(exit: AgentExit): Verdict {
  const killer = killedBy(exit);
  if (killer !== null) return troubled('transient', `The agent was ended from outside by ${killer}.`);
  if (exit.code === 0) return troubled('transient', 'The agent exited without an answer.');
  return troubled(
    classifyAcp({ code: null, text: exit.tail }),
    `The agent failed with ${describeExit(exit)}`,
  );
}
