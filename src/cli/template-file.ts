/** The templates of the repository that a campaign file names. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { varsUsedBy, type TemplateFault } from '../agents/template.js';
import type { OwnTemplate } from '../core/brief.js';
import type { Place, Problem } from '../core/problem.js';
import { outlineOf, type OutlineTask } from '../core/spec-outline.js';
import { isOwnTemplate } from '../core/spec-template.js';
import type { Written } from '../core/spec-written.js';
import { whyUnreadable } from './unreadable.js';

export interface TemplateFiles {
  readonly templates: Readonly<Record<string, OwnTemplate>>;
  readonly problems: readonly Problem[];
}

const VERSION_DIGITS = 12;

/** `root` is where their paths begin. Each problem of a file is told once, however many tasks name it. */
export async function readTemplates(written: Written, root: string): Promise<TemplateFiles> {
  const templates: Record<string, OwnTemplate> = {};
  const problems: Problem[] = [];
  for (const [name, task] of namedBy(outlineOf(written.value).tasks)) {
    const place = written.placeOf([...task.path, 'template']);
    const read = await readOwn(root, name, place);
    const text = typeof read === 'string' ? read : '';
    if (typeof read !== 'string') problems.push(read);
    // One that can't be read is kept too: nobody has to be told twice that it is wrong.
    templates[name] = {
      version: createHash('sha256').update(text).digest('hex').slice(0, VERSION_DIGITS),
      text,
    };
    const fault = typeof read === 'string' ? faultOf(read) : null;
    if (fault === null) continue;
    const { message, line, column } = fault;
    problems.push(badTemplate(`${name} is no template: ${message}`, { file: name, line, column }));
  }
  return { templates, problems };
}

function faultOf(text: string): TemplateFault | null {
  if (text.trim() === '') return { message: 'it is empty', line: 1, column: 1 };
  const used = varsUsedBy(text);
  return used.ok ? null : used.fault;
}

/** By the template's path, the first task that names it. */
function namedBy(tasks: readonly OutlineTask[]): ReadonlyMap<string, OutlineTask> {
  const named = new Map<string, OutlineTask>();
  for (const task of tasks) {
    const { template } = task.value;
    if (typeof template === 'string' && isOwnTemplate(template) && !named.has(template))
      named.set(template, task);
  }
  return named;
}

async function readOwn(root: string, name: string, where: Place): Promise<string | Problem> {
  const file = path.resolve(root, name);
  if (!file.startsWith(`${path.resolve(root)}${path.sep}`) || path.isAbsolute(name))
    return { ...missing(`the template ${name} is not in the repository`), where };
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    return { ...missing(`the template ${name} can't be read: ${whyUnreadable(error)}`), where };
  }
}

function missing(message: string): Problem {
  return {
    code: 'spec/unknown-template',
    message,
    hint: "name a file of the repository, by its path from the repository's root, or one of Longhaul's templates",
    severity: 'problem',
  };
}

function badTemplate(message: string, where: Place): Problem {
  return {
    code: 'spec/bad-template',
    message,
    hint: 'docs/prompts.md says what a template may use',
    where,
    severity: 'problem',
  };
}
