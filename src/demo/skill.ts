/** What the scripted agent can do, and how it picks what to do from what it is told. Pure. */

/** A piece of a file: appended, unless it is there already (a turn that was killed goes on where it was). */
export interface Step {
  readonly file: string;
  /** `ANSWER` in it stands for what a person decided. */
  readonly text: string;
}

/** What it does about a failure that it was shown. */
export interface Remedy {
  /** Found in the output of the checks. */
  readonly shownBy: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** What it can't decide by itself, and what follows from what a person says. */
export interface Question {
  readonly text: string;
  readonly choices: readonly { readonly says: RegExp; readonly text: string }[];
}

export interface Skill {
  /** The title of the task. */
  readonly title: string;
  readonly steps: readonly Step[];
  readonly remedies?: readonly Remedy[];
  readonly question?: Question;
  /** Its first turn meets a usage limit. */
  readonly limited?: boolean;
  /** It is in the middle of its work when the demo's accident happens. */
  readonly meetsAccident?: boolean;
  readonly summary: string;
}

/** What a prompt asks for, beyond the task itself. */
export interface Asked {
  readonly title: string;
  /** What is new since the turn before, such as the output of checks that failed; empty in a first turn. */
  readonly news: string;
  /** What a person answered, or null. */
  readonly answer: string | null;
}

const WHOLE_TASK = '# The whole task';

/** Reads what Longhaul writes: what is new comes first, then the whole task (docs/agents.md). */
export function readPrompt(prompt: string): Asked {
  const at = prompt.indexOf(WHOLE_TASK);
  const fresh = at === -1 ? '' : prompt.slice(0, at);
  const task = at === -1 ? prompt : prompt.slice(at + WHOLE_TASK.length);
  const answer = /^## The answer\n+([\s\S]+)/m.exec(fresh)?.[1]?.trim();
  return {
    title: /^# (.+)$/m.exec(task)?.[1]?.trim() ?? '',
    news: fresh,
    answer: answer ?? null,
  };
}

/** Null where it can't tell what the answer means. */
export function understand(question: Question, answer: string): string | null {
  return question.choices.find(({ says }) => says.test(answer))?.text ?? null;
}

export function findRemedies(skill: Skill, news: string): readonly Remedy[] {
  return (skill.remedies ?? []).filter(({ shownBy }) => news.includes(shownBy));
}
