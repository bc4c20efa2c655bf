import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { campaignPaths } from '../core/home.js';
import { branchOf, judge } from '../demo/check.js';
import { makeDemoFolder, type DemoFolder, type Pace } from '../demo/folder.js';
import { git } from '../demo/git.js';
import { nodeCommand } from '../server/daemon.js';
import { readOutsideServer } from '../server/outside.js';
import { findTemporal } from '../server/temporal-binary.js';
import { down } from '../server/up.js';
import { startCampaign } from './claim-id.js';
import { Cli } from './cli.js';
import { direct, type Played } from './demo-director.js';
import { storyTeller } from './demo-teller.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { howToCall } from './invocation.js';
import { listenForInterrupt, type Interrupt } from './interrupt.js';
import { loadCampaign } from './load-campaign.js';
import { printData, printNote } from './output.js';

interface DemoOptions {
  readonly keep?: boolean;
  readonly pace: number;
}

export function addDemo(program: Command, cli: Cli): void {
  program
    .command('demo')
    .description('see what Longhaul does, in a minute or two, on a small repository with scripted agents')
    .option('--keep', 'leave its server and worker running, to look around; default: on a terminal')
    .option('--no-keep', 'end them when it is over; default: without a terminal, and where CI is set')
    .option('--pace <seconds>', 'how long one step of a scripted agent takes', parsePace, 1.5)
    .action(async (options: DemoOptions) => {
      cli.exitCode = await runDemo(cli, options);
    });
}

interface Demo {
  /** Of the demo's own LONGHAUL_HOME. */
  readonly cli: Cli;
  readonly folder: DemoFolder;
  readonly pace: Pace;
  /** How our commands are typed here. */
  readonly longhaul: string;
}

async function runDemo(user: Cli, { keep = staysByDefault(user.env), pace }: DemoOptions): Promise<ExitCode> {
  const interrupt = listenForInterrupt();
  const demo = await prepare(user, { stepMs: pace * 1_000 });
  introduce(demo);
  let over: Over | null = null;
  try {
    await shareTemporal(user, demo);
    const played = await play(demo, interrupt);
    if (played !== null) over = await conclude(demo, played);
  } finally {
    interrupt.stop();
    if (!keep || over === null) await down({ home: demo.cli.home, onStep: printNote });
    sayWhatIsLeft(demo, over, keep);
  }
  if (over === null) return EXIT.interrupted;
  return over.allHeld ? EXIT.done : EXIT.error;
}

async function prepare(user: Cli, pace: Pace): Promise<Demo> {
  const agent = nodeCommand(new URL('../demo/agent.js', import.meta.url));
  const folder = await makeDemoFolder(agent, pace);
  return {
    cli: new Cli({ ...user.env, LONGHAUL_HOME: folder.home }),
    folder,
    pace,
    longhaul: howToCall(user.env, process.argv[1] ?? ''),
  };
}

function introduce({ folder }: Demo): void {
  printData('Longhaul demo: 11 tasks in 3 phases on a small library with tests.');
  printData('The agents are SCRIPTED: real processes that read prompts and failing tests and');
  printData('edit files, but no model. No key, no account, no cost.');
  printData(`Everything is in ${folder.root}, nothing in your own repositories.\n`);
}

/** The binary that is there, or gets there once, for the user's home: the demo's own home only points to it. */
async function shareTemporal(user: Cli, { cli }: Demo): Promise<void> {
  if (readOutsideServer(undefined, cli.env) !== null) return;
  const { binary } = await findTemporal({ home: user.home, env: user.env, onStep: printNote });
  mkdirSync(cli.home.bin, { recursive: true });
  symlinkSync(binary, path.join(cli.home.bin, 'temporal'));
}

interface Performance extends Played {
  /** The commit that the user's branch had at the start. */
  readonly base: string;
}

async function play(
  { cli, folder, pace, longhaul }: Demo,
  interrupt: Interrupt,
): Promise<Performance | null> {
  const base = await git(folder.repository, 'rev-parse', 'HEAD');
  const loaded = await loadCampaign({ file: folder.campaign, home: cli.home, env: cli.env });
  return cli.act(async (client) => {
    const { id } = await startCampaign(cli.home, client, { wished: loaded.spec.name, loaded });
    const say = storyTeller();
    const stage = { cli, client, folder, pace, campaign: id, say, interrupt, longhaul };
    const played = await direct(stage);
    if (played === null) return null;
    // The workflow closes behind its last word; its report is written by then.
    await client.result(id, 30_000).catch(() => null);
    return { ...played, base };
  });
}

interface Over {
  readonly allHeld: boolean;
  readonly reportFile: string;
  /** In the Temporal UI. */
  readonly page: string | null;
}

async function conclude({ cli, folder }: Demo, played: Performance): Promise<Over> {
  const { report } = played;
  printData("\nWhat it came to, looked up in git, the report and the agents' own records:\n");
  const verdicts = await judge({ folder, ...played });
  for (const { ok, text } of verdicts) printData(`  ${ok ? '✓' : '✗'} ${text}`);
  printData(`\nThe branch ${branchOf(report)}:\n`);
  printData(await git(folder.repository, 'log', '--graph', '--oneline', branchOf(report)));
  printData('');
  return {
    allHeld: verdicts.every(({ ok }) => ok),
    reportFile: campaignPaths(cli.home, report.status.id).reportHtml,
    page: cli.temporalPage(report.status.id),
  };
}

function commandOf({ folder, longhaul }: Demo): string {
  return `LONGHAUL_HOME=${folder.home} ${longhaul}`;
}

function sayWhatIsLeft(demo: Demo, over: Over | null, keep: boolean): void {
  const { folder, longhaul } = demo;
  const running = keep && over !== null;
  if (over === null) {
    printNote(`\nThe demo did not come to its end; its logs are in ${demo.cli.home.logs}`);
  } else {
    printData('Look at it:');
    printData(`  report       ${over.reportFile}`);
    if (!running) printData(`  bring it up  ${commandOf(demo)} up`);
    // Its server may have another port when it comes back.
    if (running && over.page !== null) printData(`  Temporal UI  ${over.page}`);
    printData(`  status       ${commandOf(demo)} status`);
    printData('\nThe same campaign with Claude Code (log in first; it uses your account):');
    printData(`  ${longhaul} run ${folder.claudeCampaign}`);
  }
  printData('\nClean up:');
  if (running) printData(`  ${commandOf(demo)} down`);
  printData(`  rm -rf ${folder.root}`);
}

function staysByDefault(env: NodeJS.ProcessEnv): boolean {
  return process.stdout.isTTY && (env['CI'] ?? '') === '';
}

function parsePace(text: string): number {
  const seconds = Number(text);
  if (seconds >= 0.1 && seconds <= 60) return seconds;
  throw new InvalidArgumentError('Seconds, from 0.1 to 60.');
}
