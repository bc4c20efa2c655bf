import type { CompilePass } from './compile-draft.js';
import { badSchema } from './spec-problem.js';

/** Files with schemas are read where a campaign starts; what comes later can only name one that was read then. */
export const checkOutputs: CompilePass = (draft, { spec, schemas = {} }) => {
  for (const { written, path } of draft.tasks) {
    const { id, output } = written;
    if (typeof output !== 'string' || Object.hasOwn(schemas, output)) continue;
    draft.problems.push(
      badSchema(spec.placeOf([...path, 'output']), {
        message: `the schema ${output} of task "${id}" was not read when the campaign was started`,
        hint: 'write the schema itself as output, or name one that the campaign file names',
      }),
    );
  }
};
