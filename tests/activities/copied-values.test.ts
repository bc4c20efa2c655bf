/** Whose values are masked: those of the copied files as they are in either place. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readMask } from '../../src/activities/copied-values.js';
import { makeCampaign } from '../fixture-repository.js';

test('what a copied file holds in the checkout, in the worktree, or in a folder, is masked', async () => {
  const campaign = makeCampaign({ tasks: { api: { copy: ['.env.test', 'keys'] } } });
  const worktree = campaign.worktree('api');
  mkdirSync(`${campaign.repository}/keys/deep`, { recursive: true });
  mkdirSync(worktree, { recursive: true });
  writeFileSync(`${campaign.repository}/.env.test`, 'TOKEN=new-value\n');
  writeFileSync(`${campaign.repository}/keys/deep/one`, 'line-in-a-folder\n');
  writeFileSync(`${worktree}/.env.test`, 'TOKEN=old-value\n');
  writeFileSync(`${campaign.repository}/keys/binary`, 'TOKEN=in-binary\n\0');
  writeFileSync(`${campaign.repository}/keys/large`, `TOKEN=in-large\n${'\n'.repeat(64_000)}`);
  const mask = await readMask(campaign.home, campaign.brief, 'api');
  expect(mask('new-value old-value line-in-a-folder')).toBe('*** *** ***');
  expect(mask('in-binary in-large')).toBe('in-binary in-large');
});
