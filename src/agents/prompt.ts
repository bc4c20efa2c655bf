/** What an agent is told: the whole task, or only what is new to a session that remembers the rest. */
import type { CampaignBrief, ContractBrief, TaskBrief } from '../core/brief.js';
import type { Order } from '../core/ports.js';
import { feedsText, proposalRule } from './prompt-round.js';
import { othersIntents } from './prompt-intent.js';

/** Of a need that is done. */
export interface PromptInput {
  readonly task: string;
  readonly title: string;
  readonly summary: string;
  readonly output: string | null;
  /** Relative to the worktree: its summary.md, and output.json where there is one. */
  readonly folder: string;
}

export interface PromptParts {
  readonly brief: CampaignBrief;
  readonly order: Order;
  /** The text of the order's evidence, or null. */
  readonly evidence: string | null;
  /** The turn was begun before, and lost with its worker. */
  readonly again: boolean;
  /** What the tasks that it needs came to, in their agents' words. */
  readonly inputs: readonly PromptInput[];
  /** What was wrong with the blocker file that the turn before left, or null. */
  readonly blockerFault: string | null;
}

const BLOCKER_FORM = '{"severity": "low|medium|high|critical", "description": "…"}';

/** More would cost tokens and say nothing: logs tell what went wrong at their end. */
const MOST_EVIDENCE = 20_000;

/** For a program that may not remember: what is new first, then all of the task. */
export function wholePrompt(parts: PromptParts): string {
  const task = taskText(parts);
  if (isFirst(parts)) return joined([...task, note(parts.order)]);
  return joined([...newParts(parts), '# The whole task', ...task]);
}

/** For a session that knows its task: where that is all there is to say, its turn was begun before. */
export function newPrompt(parts: PromptParts): string {
  // What it knows is not what is asked for any more.
  if (parts.order.ask === 'changed') return wholePrompt(parts);
  return joined(newParts({ ...parts, again: parts.again || parts.order.ask === 'task' }));
}

function isFirst({ order, again }: PromptParts): boolean {
  return order.ask === 'task' && !again && order.evidence === null;
}

function taskOf({ brief, order }: PromptParts): TaskBrief {
  const task = brief.tasks[order.task];
  if (task === undefined) throw new Error(`The brief of ${brief.campaign} has no task ${order.task}.`);
  return task;
}

function newParts(parts: PromptParts): readonly string[] {
  const { order, again } = parts;
  return [...(again ? [interrupted] : []), ...asked(parts), note(order), locksText(order), misread(parts)];
}

function misread({ blockerFault }: PromptParts): string {
  if (blockerFault === null) return '';
  return (
    `## Your blocker file

The \`.longhaul/blocker.json\` that you left ${blockerFault}. A person was shown its ` +
    `text as it was. The next time, write one JSON object: \`${BLOCKER_FORM}\`.`
  );
}

const interrupted =
  'Continue. You were interrupted in the middle of this turn. What you wrote is still in the worktree; effects ' +
  'outside of it (network, databases, ports) may have happened already: look before you do them again.';

function asked(parts: PromptParts): readonly string[] {
  const { order, evidence, again } = parts;
  switch (order.ask) {
    case 'task':
      return evidence === null ? [] : ['# The attempt before this one failed', shownEvidence(evidence)];
    case 'continue':
      // What the turn that was cut short was asked: it may never have begun.
      return [again ? '' : interrupted, shownEvidence(evidence)];
    case 'rejected':
      return [
        '# Your last turn was rejected',
        'What you wrote is still in this worktree: correct it there.',
        shownEvidence(evidence),
      ];
    case 'answer':
      return ['# A person answered your blocker. Go on with the task.'];
    case 'lock':
      return [
        '# About the lock that you waited for',
        'What others have merged meanwhile is in this worktree now; resolve conflict markers (<<<<<<<, =======, ' +
          '>>>>>>>) where there are any. Go on with the task.',
      ];
    case 'conflict':
      return [
        '# Merging your work found conflicts',
        'The work of others was merged into this worktree. Resolve every conflict marker (<<<<<<<, =======, >>>>>>>) ' +
          'in the files below so that both sides keep their meaning, and see that the checks pass.',
        shownEvidence(evidence),
      ];
    case 'mend':
      return [
        '# Your contract was not approved',
        'What you published was reviewed, and the note says what was found. Mend it in this worktree and publish it ' +
          'again with a new version; where a finding is wrong, let the contract itself say why. It is reviewed again.',
      ];
    case 'adapt':
      if (taskOf(parts).reviews !== null) return [newVersion];
      return [
        '# The work of others is in your worktree now',
        'You had done your work without it. Look at what was merged in (`git log`, `git diff`), adapt your work to ' +
          'it, resolve conflict markers (<<<<<<<, =======, >>>>>>>) where there are any so that both sides keep their ' +
          'meaning, and see that the checks pass. Where nothing needs to change, change nothing.',
      ];
    case 'changed':
      return [
        '# The campaign was changed while you worked, or after you had ended',
        'The whole task, as it is now, stands below. What you did before is in this worktree, and so is what others ' +
          'have merged: look at it first, keep what still fits, and change what does not. Resolve conflict markers ' +
          '(<<<<<<<, =======, >>>>>>>) where there are any.',
      ];
  }
}

const newVersion =
  '# A new version of the contract is in your worktree\n\nJudge it as it is now, all of it, also where you approved of the ' +
  'one before. Where you had found something, look whether that is mended.';

function shownEvidence(evidence: string | null): string {
  if (evidence === null || evidence.trim() === '') return '';
  const cut = evidence.length > MOST_EVIDENCE;
  const text = cut ? `… (the beginning is left out)\n${evidence.slice(-MOST_EVIDENCE)}` : evidence;
  return `${fence(text)}\n${text.trimEnd()}\n${fence(text)}`;
}

/** Longer than any fence in the text. */
function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  return '`'.repeat(longest + 1);
}

function note(order: Order): string {
  if (order.note === null) return '';
  return order.ask === 'answer' ? `## The answer\n\n${order.note}` : `## Note\n\n${order.note}`;
}

/** What it asked for in the middle of its turns. */
function locksText({ locks = [] }: Order): string {
  if (locks.length === 0) return '';
  const lines = locks.map(({ id, paths, mode, is }) => {
    const what = `${paths.map((path) => `\`${path}\``).join(', ')} (${mode}, lock ${id})`;
    return is === 'held' ? `You hold ${what}.` : `You have asked for ${what}, and do not have it yet.`;
  });
  return `## Your locks\n\n${list(lines)}`;
}

function taskText(parts: PromptParts): readonly string[] {
  const { brief, inputs } = parts;
  const task = taskOf(parts);
  const role = task.role === null ? undefined : brief.roles[task.role];
  return [
    `# ${task.title}`,
    brief.goal === '' ? '' : `The campaign's goal: ${brief.goal}`,
    role === undefined || role.instructions === ''
      ? ''
      : `## Your role: ${role.name}\n\n${role.instructions.trim()}`,
    task.prompt.trim() === task.title.trim() ? '' : `## Task\n\n${task.prompt.trim()}`,
    task.context.length === 0 ? '' : `## Context\n\n${list(task.context)}`,
    contractsText(brief, task),
    intentsText(brief, task),
    reviewText(brief, task),
    inputsText(inputs),
    feedsText(brief, task),
    `## Rules\n\n${list(rules(brief, task))}`,
  ];
}

/** They change it before or after this task, never beside it. */
function intentsText(brief: CampaignBrief, task: TaskBrief): string {
  const lines = othersIntents(brief, task);
  if (lines.length === 0) return '';
  return `## Others change the same\n\nThese tasks intend to change what you intend to change, before or after you. Keep your change there small, and leave room for theirs.\n\n${list(lines)}`;
}

/** What it works against or implements, and the drafts that it starts from. */
function contractsText({ contracts }: CampaignBrief, task: TaskBrief): string {
  const names = [...new Set([...task.consumes, ...task.provides])];
  const agreed = names.flatMap((name) => {
    const contract = contracts[name];
    return contract === undefined ? [] : [contractLine(contract, task)];
  });
  const drafts = task.drafts.map(
    (id) => `The draft of ${id} is in this worktree, or its finished work: take it as a first version.`,
  );
  const lines = [...agreed, ...drafts];
  return lines.length === 0 ? '' : `## What you build on\n\n${list(lines)}`;
}

const MOST_INPUTS = 20;
const MOST_SUMMARY = 600;

/** In their agents' words, which are told apart from ours. */
function inputsText(inputs: readonly PromptInput[]): string {
  if (inputs.length === 0) return '';
  const shown = inputs.slice(0, MOST_INPUTS).map((input) => inputLine(input));
  const left = inputs.length - shown.length;
  const more = left === 0 ? [] : [`… and ${left} more, each in a folder of .longhaul/inputs`];
  const intro = 'These tasks are done, and their work is in this worktree. What their agents say of it:';
  return `## What is ready\n\n${intro}\n\n${list([...shown, ...more])}`;
}

function inputLine({ task, title, summary, output, folder }: PromptInput): string {
  const said = summary.replace(/\s+/g, ' ').trim();
  const isCut = said.length > MOST_SUMMARY;
  const text = isCut ? `${said.slice(0, MOST_SUMMARY)} … (whole: \`${folder}/summary.md\`)` : said;
  const data = output === null ? '' : ` Its output: \`${folder}/output.json\`.`;
  return `${task} (${title}): ${text === '' ? 'nothing was said.' : JSON.stringify(text)}${data}`;
}

const MOST_FOLLOWERS = 5;

function handOver({ tasks }: CampaignBrief, { id }: TaskBrief): readonly string[] {
  const after = Object.values(tasks).filter(({ needs, drafts }) => [...needs, ...drafts].includes(id));
  if (after.length === 0) return [];
  const names = after.slice(0, MOST_FOLLOWERS).map((task) => task.id);
  const all = after.length > MOST_FOLLOWERS ? [...names, 'others'] : names;
  return [
    `Your summary is shown to those who go on from your work (${all.join(', ')}). Data that they need goes as JSON into ` +
      'the file `.longhaul/output.json`.',
  ];
}

/** What a reviewer judges. */
function reviewText({ contracts }: CampaignBrief, { reviews }: TaskBrief): string {
  const contract = reviews === null ? undefined : contracts[reviews];
  if (contract === undefined) return '';
  const { name, files, author, mock } = contract;
  const standIn = mock === null ? '' : ` Its mock is \`${mock}\`.`;
  return (
    `## What you judge\n\nThe contract ${name}, which ${author} wrote: ` +
    `${files.map((file) => `\`${file}\``).join(', ')}.${standIn} Others start on it only once you approve.`
  );
}

const REVIEW_FORM = '{"approve": true, "findings": []}';

function contractLine({ name, files, author, provider, mock, test }: ContractBrief, task: TaskBrief): string {
  const isProvider = provider === task.id;
  const others = provider === null ? '' : ` ${provider} implements it.`;
  const standIn = mock === null ? '' : ` Until that is there, use its mock: \`${mock}\`.`;
  const proof = test === null ? '' : ` Your work must pass the contract's test: \`${test}\`.`;
  return (
    `The contract ${name} of ${author}: ${files.map((file) => `\`${file}\``).join(', ')}.` +
    (isProvider ? ` You implement it.${proof}` : `${others}${standIn}`) +
    ' Work to what it says; you are told when it changes.'
  );
}

function rules(brief: CampaignBrief, task: TaskBrief): readonly string[] {
  return [
    'Work only in the current directory, your own clone of the repository. Others work on other tasks in clones of ' +
      'their own; their work is merged with yours later.',
    task.owns.length === 0
      ? 'Change only what this task needs.'
      : `You own these paths, and may change only them and what nobody owns: ${task.owns.join(', ')}`,
    task.changes === 'none'
      ? 'Change no files: this task only looks and reports. A changed file is an error.'
      : 'You may commit, and need not: all that is in the worktree at the end is taken. Do not push, and do not switch branches.',
    task.verify.length === 0
      ? 'Your work is checked when you stop.'
      : `When you stop, these commands must pass: ${task.verify.map((command) => `\`${command}\``).join(', ')}`,
    'Nobody answers questions while you work. Where you can not go on without a person, write the file ' +
      `\`.longhaul/blocker.json\` with \`${BLOCKER_FORM}\` and stop; you ` +
      'will be resumed with the answer.',
    'Where others may be changing the same paths, you can ask for them before you do: write `.longhaul/lock.json` with ' +
      '`{"id": "k1", "paths": ["src/a/**"], "mode": "exclusive|shared|intent", "reason": "…", "wait": true}`; it vanishes, ' +
      'and the answer is a line in the file that `LONGHAUL_INBOX` names: granted, queued (the grant comes later) or denied. ' +
      'With `"wait": "end"` stop then: you are resumed once it is yours, with what others merged. Give it back with ' +
      '`.longhaul/release.json`: `{"id": "k1", "changesMade": false}`.',
    ...task.publishes.map(
      (name) =>
        `Others wait for the contract ${name}. As soon as its files are ready, publish them: write the file ` +
        `\`.longhaul/contract.json\` with \`{"name": "${name}", "version": "…", "files": ["…"], "note": "…"}\` and go on.`,
    ),
    ...handOver(brief, task),
    ...proposalRule(brief),
    ...(task.reviews === null
      ? []
      : [
          `Say your verdict: write the file \`.longhaul/review.json\` with \`${REVIEW_FORM}\`, or with false and a ` +
            'text for each finding that has to be mended (20 at most, 300 characters each).',
        ]),
    'When you are done, end with a short summary of what you did.',
  ];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function joined(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
