/** The JSON schema of campaign files, for editors: the build writes it to campaign.schema.json. */
import { z } from 'zod';
import { specSchema } from './spec-schema.js';

export function campaignJsonSchema(): object {
  return {
    ...z.toJSONSchema(specSchema, { io: 'input', target: 'draft-7' }),
    title: 'Longhaul campaign',
  };
}
