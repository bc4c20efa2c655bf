/** What no retry mends is told as such: to Temporal, which then does not try again, and by it to the campaign. */
import { rmSync, writeFileSync } from 'node:fs';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { GitError } from '../../src/activities/git.js';
import { createActivities } from '../../src/activities/index.js';
import { tellLasting } from '../../src/activities/lasting.js';
import { campaignPaths } from '../../src/core/home.js';
import { failureOf } from '../../src/workflows/failures.js';
import { makeCampaign, type TestCampaign } from '../fixture-repository.js';

async function errorOf(campaign: TestCampaign, task = 'api'): Promise<unknown> {
  const activities = createActivities(campaign.deps);
  return activities.prepareWorktree(campaign.input(task)).then(
    () => null,
    (error: unknown) => error,
  );
}

function wrapped(cause: Error): ActivityFailure {
  return new ActivityFailure(
    'Activity task failed',
    'prepareWorktree',
    '1',
    'NON_RETRYABLE_FAILURE',
    'w',
    cause,
  );
}

describe('an activity', () => {
  it('whose brief is gone, or another, says so once', async () => {
    const campaign = makeCampaign({ tasks: { api: {} } });
    const file = campaignPaths(campaign.home, campaign.brief.campaign).brief;
    writeFileSync(file, '{}');
    expect(await errorOf(campaign)).toMatchObject({ nonRetryable: true, type: 'brief/other-digest' });
    rmSync(file);
    expect(await errorOf(campaign)).toMatchObject({ nonRetryable: true, type: 'brief/missing' });
  });

  it('whose brief does not know its task says so once', async () => {
    const campaign = makeCampaign({ tasks: { api: {} } });
    expect(await errorOf(campaign, 'api2')).toMatchObject({
      nonRetryable: true,
      type: 'brief/other-version',
    });
  });

  it('that finds a file where its folder should be names it', async () => {
    const campaign = makeCampaign({ tasks: { api: {} } });
    writeFileSync(campaign.home.worktrees, 'in the way');
    const error = await errorOf(campaign);
    expect(error).toMatchObject({ nonRetryable: true, type: 'worker/path-refused' });
    expect(String(error)).toContain(campaign.home.worktrees);
  });

  it('that failed otherwise is tried again', async () => {
    const campaign = makeCampaign({ tasks: { api: {} } });
    rmSync(campaign.repository, { recursive: true });
    expect(await errorOf(campaign)).not.toMatchObject({ nonRetryable: true });
  });
});

describe('a full disk', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const stderr = 'error: unable to write symref for HEAD: No space left on device';
  const fromGit = new GitError(['clone'], '/worktrees', { exitCode: 128, stdout: '', stderr });
  const outOf = "fatal: sha1 file '.git/index.lock' write error. Out of diskspace";
  const inGitsWords = new GitError(['checkout'], '/w', { exitCode: 128, stdout: '', stderr: outOf });

  async function errorAt(attempt: number, thrown: Error): Promise<unknown> {
    const { write } = tellLasting('/home', { write: () => Promise.reject(thrown) });
    return new MockActivityEnvironment({ attempt }).run(write).catch((error: unknown) => error);
  }

  it('is waited for a moment, and then told to a person with its place', async () => {
    for (const thrown of [full, fromGit]) expect(await errorAt(4, thrown)).toBe(thrown);
    expect(await errorAt(5, full)).toMatchObject({ nonRetryable: true, type: 'worker/disk-full' });
    expect(String(await errorAt(5, full))).toContain('the disk is full that holds /home. Make room there;');
    expect(await errorAt(5, inGitsWords)).toMatchObject({ type: 'worker/disk-full' });
    expect(String(await errorAt(5, fromGit))).toContain('the disk is full that holds /worktrees.');
  });
});

describe('a workflow', () => {
  it('asks a person about what lasts, and rests after what passes', () => {
    const lasting = ApplicationFailure.nonRetryable('gone', 'brief/missing');
    expect(failureOf(wrapped(lasting))).toMatchObject({ class: 'lasting', message: 'gone' });
    const passing = ApplicationFailure.retryable('no disk', 'Error');
    expect(failureOf(wrapped(passing))).toMatchObject({ class: 'transient' });
    const madeAnew = ApplicationFailure.nonRetryable('no worktree', 'worktree/gone');
    expect(failureOf(wrapped(madeAnew))).toMatchObject({ class: 'transient' });
  });
});
