/**
 * The JSON schema of what a task hands on. Validated here for every agent, whatever its program promises. Drafts 7 and
 * 2020-12; formats say nothing.
 */
import { Ajv, type ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema } from './brief.js';

const options = { strict: false, validateFormats: false, logger: false } as const;
const MOST_FAULTS = 5;

/** What is wrong with the schema itself; null where nothing is. */
export function findSchemaFault(schema: JsonSchema): string | null {
  try {
    ajvFor(schema).compile(schema);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Where the value does not fit; null where it does. The schema must be right. */
export function findMisfit(schema: JsonSchema, value: unknown): string | null {
  const validate = ajvFor(schema).compile(schema);
  if (validate(value)) return null;
  const faults = validate.errors ?? [];
  const shown = faults.slice(0, MOST_FAULTS).map(tellFault);
  const more = faults.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function ajvFor({ $schema }: JsonSchema): Ajv | Ajv2020 {
  const isNew = typeof $schema === 'string' && $schema.includes('2020-12');
  return isNew ? new Ajv2020({ ...options, allErrors: true }) : new Ajv({ ...options, allErrors: true });
}

function tellFault({ instancePath, message, keyword, params }: ErrorObject): string {
  const allowed: unknown = (params as Readonly<Record<string, unknown>>)['allowedValues'];
  const extra: unknown = (params as Readonly<Record<string, unknown>>)['additionalProperty'];
  const named =
    keyword === 'enum' ? `: ${JSON.stringify(allowed)}` : typeof extra === 'string' ? `: "${extra}"` : '';
  return `${instancePath === '' ? 'it' : instancePath} ${message ?? 'does not fit'}${named}`;
}
