/** What single values of a spec may be: names, paths, durations, counts. Durations become milliseconds here. */
import { z } from 'zod';
import {
  DEFAULT_BRANCH_TEMPLATE,
  refNameFault,
  fillBranchTemplate,
  unknownPlaceholders,
} from './spec-branch.js';
import { DURATION_PATTERN, parseDuration } from './spec-duration.js';
import { isName, isReserved, isVariableName, NAME_LENGTH, NAME_PATTERN, suggestName } from './spec-name.js';
import { checkRepositoryGlob, checkRepositoryPath, type PathFault } from './spec-path.js';
import { TEMPLATE_NAMES } from './template-name.js';

/** What a check of ours says, in a zod issue's `params`; the message continues "<key> …". */
export interface Complaint {
  readonly code: string;
  readonly hint: string;
}

interface Refusal extends Complaint {
  readonly message: string;
}

/** A text with a rule of ours; `refuse` answers null where the text is right. */
function textThat(refuse: (text: string) => Refusal | null) {
  return z.string().superRefine((text, context) => {
    const refusal = refuse(text);
    if (refusal === null) return;
    const { message, code, hint } = refusal;
    context.addIssue({ code: 'custom', message, params: { code, hint } satisfies Complaint });
  });
}

export const name = textThat((text) => {
  if (isName(text)) return null;
  const better = suggestName(text);
  const begins = /^[A-Za-z0-9]/.test(text) ? '' : ', beginning with a letter or digit';
  const rule = isReserved(text)
    ? 'a name that not every JavaScript object has'
    : `a name of letters, digits, "-" and "_", at most ${NAME_LENGTH}${begins}`;
  const short = text.length > NAME_LENGTH + 20 ? `${text.slice(0, NAME_LENGTH)}…` : text;
  return {
    code: 'spec/bad-name',
    message: `must be ${rule}, not "${short}"`,
    hint: better === null ? 'choose another name: branches and folders are called by it' : `write ${better}`,
  };
}).meta({ pattern: NAME_PATTERN, maxLength: NAME_LENGTH });

function refusePath(check: (path: string) => PathFault | null) {
  return (text: string): Refusal | null => {
    const fault = check(text);
    return fault && { code: 'spec/bad-path', message: `"${text}" ${fault.why}`, hint: fault.hint };
  };
}
export const path = textThat(refusePath(checkRepositoryPath));
export const glob = textThat(refusePath(checkRepositoryGlob));

const DURATION_HINT = 'write a number with its unit: 90s, 30m, 1h30m, 2d (at most 365d)';

/** Milliseconds. */
export const duration = z
  .string()
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null) return ms;
    const params: Complaint = { code: 'spec/bad-duration', hint: DURATION_HINT };
    context.addIssue({ code: 'custom', message: `must be a duration, not "${text}"`, params });
    return z.NEVER;
  })
  .meta({ pattern: DURATION_PATTERN });

/** Milliseconds; `none` -> null. */
export const durationOrNone = z
  .string()
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null || text === 'none') return ms;
    const params: Complaint = { code: 'spec/bad-duration', hint: `${DURATION_HINT}, or none` };
    context.addIssue({ code: 'custom', message: `must be a duration or none, not "${text}"`, params });
    return z.NEVER;
  })
  .meta({ pattern: `${DURATION_PATTERN}|^none$` });

const OUTPUT_PATH = '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$';

/** Keys with dots between them. */
export const outputPath = textThat((text) =>
  new RegExp(OUTPUT_PATH).test(text)
    ? null
    : {
        code: 'spec/wrong-value',
        message: `must be a path of keys, not "${text}"`,
        hint: 'write keys with dots between them, as in bugs.open',
      },
).meta({ pattern: OUTPUT_PATH });

export const text = z.string().min(1);
export const texts = z.array(text);
/** Which of them are there is seen by spec-template.ts. */
export const templateName = z.union([z.enum(TEMPLATE_NAMES), text]);
export const count = z.number().int().min(1).max(1000);
/** Of units and tasks. */
export const quantity = z.number().int().min(1).max(10_000);

/** `build`, or `phase/build`. */
export const groupName = textThat((group) => {
  const parts = group.split('/');
  if (parts.length <= 2 && parts.every(isName)) return null;
  const hint = 'write the name of a group, or phase/group';
  return { code: 'spec/bad-name', message: `must be the name of a group, not "${group}"`, hint };
}).meta({ pattern: `${NAME_PATTERN.slice(0, -1)}(/[A-Za-z0-9_-]+)?$` });

const SEMVER = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
export const semver = textThat((version) =>
  SEMVER.test(version)
    ? null
    : {
        code: 'spec/wrong-value',
        message: `must be a version, not "${version}"`,
        hint: 'write three numbers, as in 1.0.0',
      },
);

const CLOCK_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Epoch milliseconds. The offset is required: another machine may have another one. */
export const clockTime = z.string().transform((text, context) => {
  const ms = CLOCK_TIME.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(ms)) return ms;
  const hint = 'write date, time and offset, as in 2026-12-24T18:00:00+01:00 or 2026-12-24T17:00:00Z';
  const params: Complaint = { code: 'spec/wrong-value', hint };
  context.addIssue({ code: 'custom', message: `must be a time in ISO 8601, not "${text}"`, params });
  return z.NEVER;
});

/** A share, or a time. */
export type ShareOrTime = { readonly share: number } | { readonly ms: number };
const time = duration.transform((ms): ShareOrTime => ({ ms }));
export const fractionOrDuration = z.union([
  z
    .number()
    .min(0)
    .max(1)
    .transform((share): ShareOrTime => ({ share })),
  time,
]);
export const percentOrDuration = z.union([
  z
    .number()
    .min(0)
    .max(1000)
    .transform((percent): ShareOrTime => ({ share: percent / 100 })),
  time,
]);

export const baseName = textThat((branch) => {
  const fault = refNameFault(branch);
  if (fault === null) return null;
  return {
    code: 'spec/bad-branch',
    message: `"${branch}" ${fault}`,
    hint: 'write the name of a branch, as in main',
  };
});

export const branchTemplate = textThat((template) => {
  const unknown = unknownPlaceholders(template)[0];
  if (unknown !== undefined) {
    return {
      code: 'spec/bad-branch',
      message: `has the placeholder {${unknown}}, which does not exist`,
      hint: 'use {campaign}, {role} and {task}',
    };
  }
  const fault = refNameFault(fillBranchTemplate(template, { campaign: 'x', role: 'x', task: 'x' }));
  if (fault === null) return null;
  return {
    code: 'spec/bad-branch',
    message: `"${template}" ${fault}, so git refuses it as a branch`,
    hint: `write it as in ${DEFAULT_BRANCH_TEMPLATE}`,
  };
});

export const environmentName = textThat((variable) =>
  isVariableName(variable)
    ? null
    : {
        code: 'spec/bad-name',
        message: `must be the name of an environment variable, not "${variable}"`,
        hint: "write just the name; its value comes from LONGHAUL_HOME/env or the worker's own environment",
      },
);
