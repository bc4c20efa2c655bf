import { Command } from 'commander';
import { addAdd } from './add.js';
import { addAck } from './ack.js';
import { addAnswer } from './answer.js';
import { addApply } from './apply.js';
import { addBudget } from './budget.js';
import { addCancel } from './cancel.js';
import { addCheck } from './check.js';
import { NAMESPACE } from '../server/namespace.js';
import { readOutsideServer } from '../server/outside.js';
import { LONGHAUL_VERSION } from '../server/version.js';
import type { Cli } from './cli.js';
import { addDemo } from './demo.js';
import { addDoctor } from './doctor.js';
import { addDown } from './down.js';
import { addList } from './list.js';
import { addLogs } from './logs.js';
import { addPause } from './pause.js';
import { addPlan } from './plan.js';
import { addPrompt } from './prompt.js';
import { addReport } from './report.js';
import { addResume } from './resume.js';
import { addRetry, addSkip } from './task-message.js';
import { addRun } from './run.js';
import { addSet } from './set.js';
import { addStatus } from './status.js';
import { addUp } from './up.js';
import { addWatch } from './watch.js';
import { addWorker } from './worker.js';

/** In the order of `longhaul --help`: as one needs them. */
const commands = [
  addDemo,
  addDoctor,
  addCheck,
  addPlan,
  addPrompt,
  addRun,
  addWatch,
  addStatus,
  addLogs,
  addAnswer,
  addAck,
  addPause,
  addResume,
  addSet,
  addBudget,
  addApply,
  addAdd,
  addRetry,
  addSkip,
  addCancel,
  addList,
  addReport,
  addUp,
  addDown,
  addWorker,
];

export function buildProgram(cli: Cli): Command {
  const program = new Command('longhaul')
    .description('Runs campaigns of coding agents on a git repository, durably.')
    .version(LONGHAUL_VERSION, '--version', 'print the version')
    .option(
      '--address <host:port>',
      "the Temporal server; default: Temporal's own configuration, else an embedded one",
    )
    .option('--namespace <name>', 'the namespace there')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError(
      '\nhint: `longhaul --help` lists the commands, `longhaul COMMAND --help` their options',
    )
    .exitOverride()
    .hook('preAction', () => passOn(program, cli.env));
  // Commands take over their parent's settings when they are made, so this comes last.
  for (const add of commands) add(program, cli);
  for (const command of program.commands) {
    const usage = `longhaul ${command.name()} ${command.usage()}`;
    command.showHelpAfterError(
      `\nhint: it is used as \`${usage}\`; \`longhaul ${command.name()} --help\` says more`,
    );
  }
  return program;
}

/** The options are other names for Temporal's own variables, which the processes that we start inherit. */
function passOn(program: Command, env: NodeJS.ProcessEnv): void {
  const options = program.opts<{ address?: string; namespace?: string }>();
  if (options.address !== undefined) env['TEMPORAL_ADDRESS'] = options.address;
  if (options.namespace === undefined) return;
  if (options.namespace !== NAMESPACE && readOutsideServer(undefined, env) === null)
    program.error(
      `error: --namespace ${options.namespace} needs --address too: a LONGHAUL_HOME's own server has the namespace ${NAMESPACE} only`,
    );
  env['TEMPORAL_NAMESPACE'] = options.namespace;
}
