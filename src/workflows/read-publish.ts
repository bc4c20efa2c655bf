import type { Publish } from './messages.js';

type Fields = Readonly<
  Partial<
    Record<
      | ('key' | 'task' | 'gen' | 'request')
      | ('what' | 'name' | 'version' | 'files' | 'note' | 'commit' | 'problem'),
      unknown
    >
  >
>;

/** A signal may come from anybody: what is no publication is passed over, since an error would stop the campaign for good. */
export function readPublish(input: unknown): Publish | null {
  const { key, task, gen, request } = fieldsOf(input);
  const asked = fieldsOf(request);
  if (typeof key !== 'string' || key === '' || typeof task !== 'string') return null;
  if (asked.what !== 'contract' && asked.what !== 'draft') return null;
  const files: readonly unknown[] = Array.isArray(asked.files) ? asked.files : [];
  return {
    key,
    task,
    gen: typeof gen === 'number' ? gen : 0,
    request: {
      what: asked.what,
      name: textOf(asked.name) ?? '',
      version: textOf(asked.version) ?? '',
      files: files.filter((file) => typeof file === 'string').slice(0, 50),
      note: textOf(asked.note) ?? '',
      commit: textOf(asked.commit),
      problem: textOf(asked.problem),
    },
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 1_000) : null;
}
