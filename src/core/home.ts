/**
 * Where things are under LONGHAUL_HOME (default ~/.longhaul), as strings: the one place that knows the names. All
 * paths are absolute and use `/` (Longhaul runs on Linux, macOS and WSL).
 */
export interface HomePaths {
  readonly root: string;
  /** The home's id, made once: a part of the names of its task queues. */
  readonly homeId: string;
  /** KEY=VALUE lines, mode 0600: values that agents may be given. */
  readonly env: string;
  /** Binaries that Longhaul installed: `bin/temporal`. */
  readonly bin: string;
  /** The embedded server's database and record, and the locks of records. */
  readonly server: string;
  /** `hosts/<host>/worker.json` and `supervisor.json`: what runs on which host that has this home. */
  readonly hosts: string;
  readonly logs: string;
  /** Bare mirrors, one per repository. */
  readonly mirrors: string;
  /** `worktrees/<campaign>/<task>`, and `worktrees/<campaign>/.integration`. */
  readonly worktrees: string;
  readonly campaigns: string;
  /** Turn journals, one file per live turn: `journals/<campaign>/<task>.json`. */
  readonly journals: string;
  /** Folders of agent programs' own, by kind: what they keep of sessions. */
  readonly agents: string;
}

export function homePaths(root: string): HomePaths {
  return {
    root,
    homeId: `${root}/home-id`,
    env: `${root}/env`,
    bin: `${root}/bin`,
    server: `${root}/server`,
    hosts: `${root}/hosts`,
    logs: `${root}/logs`,
    mirrors: `${root}/mirrors`,
    worktrees: `${root}/worktrees`,
    campaigns: `${root}/campaigns`,
    journals: `${root}/journals`,
    agents: `${root}/agents`,
  };
}

export interface CampaignPaths {
  readonly folder: string;
  readonly brief: string;
  /** Where `briefFiles` of each brief are that the campaign has ever gone by. */
  readonly briefs: string;
  /** The plan that is in force. */
  readonly plan: string;
  /** What the plan promised when the campaign began: its simulated starts. */
  readonly schedule: string;
  /** The spec as the user gave it. */
  readonly spec: string;
  /** The last status that a client or the worker saw, for reads without a worker. */
  readonly snapshot: string;
  readonly reportHtml: string;
  readonly reportMarkdown: string;
  readonly reportJson: string;
}

export function campaignPaths(home: HomePaths, campaign: string): CampaignPaths {
  const folder = `${home.campaigns}/${campaign}`;
  return {
    folder,
    brief: `${folder}/brief.json`,
    briefs: `${folder}/briefs`,
    plan: `${folder}/plan.json`,
    schedule: `${folder}/schedule.json`,
    spec: `${folder}/spec.yaml`,
    snapshot: `${folder}/snapshot.json`,
    reportHtml: `${folder}/report.html`,
    reportMarkdown: `${folder}/report.md`,
    reportJson: `${folder}/report.json`,
  };
}

/** A brief that the campaign goes by, or went by, with what it was compiled from and what its plan promised. */
export function briefFiles(
  home: HomePaths,
  campaign: string,
  digest: string,
): {
  readonly brief: string;
  readonly source: string;
  /** Of changes only: what `spec` and `schedule` of the campaign's folder become. */
  readonly spec: string;
  readonly schedule: string;
} {
  const { briefs } = campaignPaths(home, campaign);
  const own = `${briefs}/${digest}`;
  return {
    brief: `${own}.json`,
    source: `${own}.source.json`,
    spec: `${own}.spec.yaml`,
    schedule: `${own}.schedule.json`,
  };
}

/** What earlier campaigns on the repository took. */
export function learntFile(home: HomePaths, repository: string): string {
  // The end of a long location tells more than its begin, and file names have a limit.
  return `${home.root}/learnt/${encodeURIComponent(repository).slice(-200)}.json`;
}

/** Of the agent programs of one kind, for all campaigns: their sessions are found there by their ids. */
export function agentFolder(home: HomePaths, kind: string): string {
  return `${home.agents}/${kind}`;
}

/** A task's artifact folder; the names in facts and orders (evidence, …) are relative to it. */
export function taskFolder(home: HomePaths, campaign: string, task: string): string {
  return `${home.campaigns}/${campaign}/tasks/${task}`;
}

/**
 * The artifacts of one turn: setup.log, prompt.md, templates.json, events.jsonl, stderr.log and output-order.txt, turn.json, verify.log
 * and verify.md, merge.log and merge.md; of these, those that there was something for.
 */
export function turnFolder(home: HomePaths, at: { campaign: string; task: string; gen: number }): string {
  return `${taskFolder(home, at.campaign, at.task)}/${at.gen}`;
}

export function worktreePath(home: HomePaths, campaign: string, task: string): string {
  return `${home.worktrees}/${campaign}/${task}`;
}
