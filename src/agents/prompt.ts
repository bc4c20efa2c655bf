/** What an agent is told: the whole task, or only what is new to a session that remembers the rest. */
import { ProblemError } from '../core/problem.js';
import { factsOf, taskOf, type PromptFacts, type PromptParts } from './prompt-facts.js';
import { renderTemplate } from './template.js';
import { templateCalled } from './templates/index.js';
import { PARTS_VERSION } from './templates/part.js';
import { TURN } from './templates/turn.js';

export interface Prompt {
  readonly text: string;
  /** What it was rendered from, in the order of its text. */
  readonly templates: readonly UsedTemplate[];
}

export interface UsedTemplate {
  readonly name: string;
  /** A number of Longhaul's own; of a user's, the first digits of the digest of its text. */
  readonly version: string;
}

interface Rendered extends UsedTemplate {
  readonly text: string;
}

/** For a program that may not remember: what is new first, then all of the task. Throws ProblemError. */
export function wholePrompt(parts: PromptParts): Prompt {
  const facts = factsOf(parts);
  const task = renderTask(parts, facts);
  if (isFirst(parts)) return join(facts.note === '' ? [task] : [task, renderNote(facts)]);
  return join([renderTurn(facts), task], '# The whole task\n\n');
}

/** For a session that knows its task: where that is all there is to say, its turn was begun before. Throws ProblemError. */
export function newPrompt(parts: PromptParts): Prompt {
  // What it knows is not what is asked for any more.
  if (parts.order.ask === 'changed') return wholePrompt(parts);
  return join([renderTurn(factsOf({ ...parts, again: parts.again || parts.order.ask === 'task' }))]);
}

function isFirst({ order, again }: PromptParts): boolean {
  return order.ask === 'task' && !again && order.evidence === null;
}

function renderTask(parts: PromptParts, facts: PromptFacts): Rendered {
  const { name } = taskOf(parts).template;
  const own = parts.brief.templates[name];
  if (own !== undefined) return render({ name, version: own.version }, own.text, facts);
  const known = templateCalled(name);
  if (known !== null) return render({ name, version: String(known.version) }, known.text, facts);
  throw new ProblemError({
    code: 'brief/other-version',
    message: `The task has the template ${name}, which this version of Longhaul does not have.`,
    hint: 'start a worker of the version that made the campaign',
    severity: 'problem',
  });
}

function renderTurn(facts: PromptFacts): Rendered {
  return render({ name: TURN.name, version: String(TURN.version) }, TURN.text, facts);
}

/** A person's note, or what an earlier round failed by, is all that is new in a first turn. */
function renderNote(facts: PromptFacts): Rendered {
  return renderTurn({ ...facts, locks: [], blockerFault: '' });
}

function render(used: UsedTemplate, text: string, facts: PromptFacts): Rendered {
  const read = renderTemplate(text, facts);
  if (read.ok) return { ...used, text: read.value };
  const { message, line, column } = read.fault;
  throw new ProblemError({
    code: 'spec/bad-template',
    message: `the template ${used.name} can't be rendered: ${message}`,
    hint: 'docs/prompts.md lists what a template may use',
    where: { file: used.name, line, column },
    severity: 'problem',
  });
}

function join(rendered: readonly Rendered[], between = ''): Prompt {
  const said = rendered.filter(({ text }) => text.trim() !== '');
  const texts = said.map(({ text }) => text.trimEnd());
  const used = said.map(({ name, version }) => ({ name, version }));
  return {
    text: `${texts.join(`\n\n${between}`)}\n`,
    templates: [...used, { name: 'parts', version: String(PARTS_VERSION) }],
  };
}
