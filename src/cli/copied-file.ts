/** Files that the spec's `copy` names: without them no worktree can be made. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RepositoryBrief } from '../core/brief.js';
import type { Problem } from '../core/problem.js';
import { outlineOf } from '../core/spec-outline.js';
import type { SpecPath } from '../core/spec-source.js';
import { valueAt, type Written } from '../core/spec-written.js';

export function findMissingCopies(written: Written, repository: RepositoryBrief): readonly Problem[] {
  const lists: readonly SpecPath[] = [
    ['copy'],
    ...outlineOf(written.value).tasks.map(({ path: task }) => [...task, 'copy']),
  ];
  return lists.flatMap((list) => {
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
