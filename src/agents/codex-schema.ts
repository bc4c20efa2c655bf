import { isRecord } from './adapter.js';

/**
 * The API that Codex asks takes only schemas that leave nothing open: objects whose properties are all required, and no
 * others. With any other schema the program is not given it, and the prompt alone asks for the output.
 */
export function isStrict(schema: unknown): boolean {
  return isRecord(schema) && schema.type === 'object' && isClosed(schema);
}

function isClosed(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isClosed);
  if (!isRecord(schema)) return true;
  const { properties, required, additionalProperties } = schema;
  const asked: readonly unknown[] = Array.isArray(required) ? required : [];
  const names = isRecord(properties) ? Object.keys(properties) : [];
  const isObject = schema.type === 'object' || isRecord(properties);
  if (isObject && (additionalProperties !== false || !names.every((name) => asked.includes(name))))
    return false;
  const inner = isRecord(properties) ? Object.values(properties) : [];
  const others = Object.entries(schema)
    .filter(([key]) => key !== 'properties')
    .map(([, value]) => value);
  return [...inner, ...others].every(isClosed);
}
