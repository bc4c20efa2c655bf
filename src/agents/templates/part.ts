/** What most prompts have in common. A template includes them by name, and so may those of users (docs/prompts.md). */
import { REPORT_PARTS } from './part-report.js';
import { TASK_PARTS } from './part-task.js';

/** Of all of them: a changed part is a new version, as a changed template is. */
export const PARTS_VERSION = 2;

export const PARTS: Readonly<Record<string, string>> = { ...TASK_PARTS, ...REPORT_PARTS };
