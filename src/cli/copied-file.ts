/** Files that the spec's `copy` names: without them no worktree can be made. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RepositoryBrief } from '../core/brief.js';
import type { Problem } from '../core/problem.js';
import { outlineOf } from '../core/spec-outline.js';
import type { SpecPath } from '../core/spec-source.js';
import { valueAt, type Written } from '../core/spec-written.js';
import { canMaskAll } from '../worker/copied-values.js';

export function findMissingCopies(written: Written, repository: RepositoryBrief): readonly Problem[] {
  return copyLists(written).flatMap((list) => {
    const files = valueAt(written.value, list);
    if (!Array.isArray(files) || files.length === 0) return [];
    if (repository.kind === 'url') return [noCheckout(repository.location, written.placeOf(list))];
    return files.flatMap((file: unknown, index) =>
      typeof file !== 'string' || existsSync(path.join(repository.location, file))
        ? []
        : [missing(repository.location, file, written.placeOf([...list, index]))],
    );
  });
}

function copyLists({ value }: Written): readonly SpecPath[] {
  return [['copy'], ...outlineOf(value).tasks.map(({ path: task }) => [...task, 'copy'])];
}

/** Told once: what stands in the lists is masked together. */
export async function findUnmasked(
  written: Written,
  { kind, location }: RepositoryBrief,
): Promise<readonly Problem[]> {
  if (kind === 'url') return [];
  const lists = copyLists(written).filter((list) => Array.isArray(valueAt(written.value, list)));
  const files = lists.flatMap((list) => valueAt(written.value, list));
  const copies = [...new Set(files.filter((file) => typeof file === 'string'))];
  const [first] = lists;
  if (first === undefined || (await canMaskAll(location, copies))) return [];
  return [
    {
      code: 'spec/unmasked-copy',
      message:
        'copy names more than can be masked: 1,000 values and lines, in 200 text files among 1,000 of a folder',
      hint: 'name just the files that hold what worktrees need; the rest may be seen in logs and messages',
      where: written.placeOf(first),
      severity: 'warning',
    },
  ];
}

function missing(location: string, file: string, where: Problem['where']): Problem {
  return {
    code: 'spec/missing-copy',
    message: `copy: there is no ${file} in ${location}`,
    hint: 'make it there, or take it out of `copy`; its path begins at the root of the repository',
    ...(where === undefined ? {} : { where }),
    severity: 'problem',
  };
}

function noCheckout(location: string, where: Problem['where']): Problem {
  return {
    code: 'spec/missing-copy',
    message: `copy names files of your checkout, but the repository is a URL: ${location}`,
    hint: 'name a checkout on this machine as `repository`, or make the files by a command of `setup`',
    ...(where === undefined ? {} : { where }),
    severity: 'problem',
  };
}
