import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonSchema } from '../core/brief.js';
import { findSchemaFault } from '../core/output-schema.js';
import type { Problem } from '../core/problem.js';
import { outlineOf, type OutlineTask } from '../core/spec-outline.js';
import { badSchema, isMapping } from '../core/spec-problem.js';
import { parseSource } from '../core/spec-source.js';
import type { Written } from '../core/spec-written.js';
import { whyUnreadable } from './unreadable.js';

export interface OutputSchemas {
  /** By the path that tasks name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly problems: readonly Problem[];
}

/** Some vendors' programs are given it as an argument. */
const MOST_BYTES = 32_000;

/** The schemas of what tasks hand on, read and looked at before anything starts. `folder` is that of the repository. */
export async function readOutputSchemas(written: Written, folder: string): Promise<OutputSchemas> {
  const schemas: Record<string, JsonSchema> = {};
  const problems: Problem[] = [];
  for (const task of outlineOf(written.value).tasks) {
    const found = await schemaOf(task, folder);
    if (found === null) continue;
    const fault = typeof found === 'string' ? found : faultOf(found);
    const { output } = task.value;
    if (fault === null && typeof output === 'string') schemas[output] = found as JsonSchema;
    if (fault !== null) problems.push(tell(task, fault, written));
  }
  return { schemas, problems };
}

/** A text says why there is none; null where the task names none, or the spec's own schema tells of it. */
async function schemaOf(
  { value: { output } }: OutlineTask,
  folder: string,
): Promise<JsonSchema | string | null> {
  if (isMapping(output)) return { ...output };
  if (typeof output !== 'string') return null;
  try {
    const text = await readFile(path.join(folder, output), 'utf8');
    const { value, problems } = parseSource(text, output);
    if (problems.length > 0) return `${output} is neither JSON nor YAML: ${problems[0]?.message ?? ''}`;
    return isMapping(value) ? { ...value } : `${output} holds no JSON schema: a mapping was expected`;
  } catch (error) {
    return `${output} can't be read: ${whyUnreadable(error)}`;
  }
}

function faultOf(schema: JsonSchema): string | null {
  const { length } = JSON.stringify(schema);
  return length > MOST_BYTES
    ? `it has ${length} characters; ${MOST_BYTES} are the most`
    : findSchemaFault(schema);
}

function tell({ id, path: at }: OutlineTask, fault: string, { placeOf }: Written): Problem {
  return badSchema(placeOf([...at, 'output']), {
    message: `the output of task "${id}" has no right JSON schema: ${fault}`,
    hint: 'write a JSON schema (draft 7 or 2020-12), or the path of one in the repository',
  });
}
