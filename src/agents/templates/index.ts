/** Longhaul's templates, by the name that a task's `template` gives. */
import { isTemplateName, type TemplateName } from '../../core/template-name.js';
import { CONTRACT_AUTHOR, CONTRACT_CONSUMER, CONTRACT_PROVIDER } from './contract.js';
import { INVESTIGATION, REVIEW, SYNTHESIS, TESTER } from './judge.js';
import { CONFLICT, FIX, TASK } from './task.js';
import type { TemplateText } from './template-text.js';
import { UNIT_TEST } from './unit-test.js';

const TEMPLATES: Readonly<Record<TemplateName, TemplateText>> = {
  task: TASK,
  'unit-test': UNIT_TEST,
  'contract-author': CONTRACT_AUTHOR,
  'contract-provider': CONTRACT_PROVIDER,
  'contract-consumer': CONTRACT_CONSUMER,
  tester: TESTER,
  review: REVIEW,
  synthesis: SYNTHESIS,
  investigation: INVESTIGATION,
  conflict: CONFLICT,
  fix: FIX,
};

/** Null where this version has none of this name. */
export function templateCalled(name: string): TemplateText | null {
  return isTemplateName(name) ? TEMPLATES[name] : null;
}
