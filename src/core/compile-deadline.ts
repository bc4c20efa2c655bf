import type { CompilePass } from './compile-draft.js';

/** A deadline by the clock is only known to be over when the campaign is about to start. */
export const checkDeadline: CompilePass = (draft, { spec, createdAt }) => {
  const { deadline } = spec.limits;
  if (typeof deadline !== 'object' || !(deadline.at <= Date.parse(createdAt))) return;
  draft.problems.push({
    code: 'spec/deadline-over',
    message: `the deadline, ${new Date(deadline.at).toISOString()}, is over: it is ${createdAt} now`,
    hint: 'write a later one, or leave it out',
    where: spec.placeOf(['limits', 'deadline', 'at']),
    severity: 'problem',
  });
};
