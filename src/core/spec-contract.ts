/** Contracts: each has one author, and a provider that the campaign has. */
import type { Problem } from './problem.js';
import { valueAt, type Written } from './spec-written.js';
import { textsAt, type Outline, type OutlineTask, type Reference } from './spec-outline.js';
import { keysAt, problemAt } from './spec-problem.js';
import { suggest } from './spec-suggest.js';

export interface OutlineContract {
  readonly name: string;
  /** The task that publishes it; the first one, where several say so. */
  readonly author: string | null;
  readonly provider: string | null;
}

export function contractsOf(outline: Outline, root: unknown): ReadonlyMap<string, OutlineContract> {
  const authors = new Map<string, string>();
  for (const { name, task } of publishedIn(outline, root)) if (!authors.has(name)) authors.set(name, task.id);
  return new Map(
    keysAt(root, ['contracts']).map((name) => {
      const provider = valueAt(root, ['contracts', name, 'provider']);
      return [
        name,
        {
          name,
          author: authors.get(name) ?? null,
          provider: typeof provider === 'string' ? provider : null,
        },
      ];
    }),
  );
}

interface Published extends Reference {
  readonly task: OutlineTask;
}

function publishedIn(outline: Outline, root: unknown): readonly Published[] {
  return outline.tasks.flatMap((task) =>
    textsAt(root, [...task.path, 'publishes']).map((published) => ({ ...published, task })),
  );
}

export function checkContracts(outline: Outline, written: Written): readonly Problem[] {
  const known = keysAt(written.value, ['contracts']);
  const published = publishedIn(outline, written.value);
  return [
    ...published
      .filter(({ name }) => !known.includes(name))
      .map(({ name, path, task }) =>
        problemAt(written, path, unknownContract(`task "${task.id}" publishes "${name}"`, name, known)),
      ),
    ...known.flatMap((name) => [
      ...checkAuthor(
        name,
        published.filter((one) => one.name === name),
        written,
      ),
      ...checkProvider(name, outline, written),
    ]),
  ];
}

export function unknownContract(
  what: string,
  name: string,
  known: readonly string[],
): Pick<Problem, 'code' | 'message' | 'hint'> {
  const meant = suggest(name, known);
  return {
    code: 'spec/unknown-contract',
    message: `${what}, but contracts has no "${name}"`,
    hint: meant === null ? `add contracts: { ${name}: … }` : `did you mean "${meant}"?`,
  };
}

function checkAuthor(name: string, published: readonly Published[], written: Written): readonly Problem[] {
  const [first, ...more] = published;
  if (first === undefined) {
    return [
      problemAt(written, ['contracts', name], {
        code: 'spec/contract-author',
        message: `no task publishes the contract "${name}", so whoever needs it would wait for ever`,
        hint: `add publishes: [${name}] to the task that writes it`,
      }),
    ];
  }
  return more.map(({ task, path }) =>
    problemAt(written, path, {
      code: 'spec/contract-author',
      message: `task "${task.id}" publishes the contract "${name}", and so does "${first.task.id}"; a contract has one author`,
      hint: 'let one of them publish it, or make two contracts of it',
    }),
  );
}

function checkProvider(name: string, outline: Outline, written: Written): readonly Problem[] {
  const at = ['contracts', name];
  const provider = valueAt(written.value, [...at, 'provider']);
  if (provider === undefined && valueAt(written.value, [...at, 'test']) !== undefined) {
    return [
      problemAt(written, [...at, 'test'], {
        code: 'spec/missing-key',
        message: `the contract "${name}" has a test, but no "provider" whose work it could test`,
        hint: 'add provider: with the id of the task that implements it',
      }),
    ];
  }
  if (typeof provider !== 'string' || outline.ids.some((id) => id.name === provider)) return [];
  const ids = outline.ids.map((id) => id.name);
  const meant = suggest(provider, ids);
  return [
    problemAt(written, [...at, 'provider'], {
      code: 'spec/unknown-task',
      message: `the contract "${name}" has the provider "${provider}", but no task has that id`,
      hint: meant === null ? 'write the id of the task that implements it' : `did you mean "${meant}"?`,
    }),
  ];
}
