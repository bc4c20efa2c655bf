import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPlanKeeping } from '../../src/activities/plan-keeping.js';
import {
  addChange,
  readBrief,
  readPlan,
  readSchedule,
  writeArtifacts,
  type CampaignArtifacts,
} from '../../src/client/campaign-folder.js';
import type { CampaignBrief } from '../../src/core/brief.js';
import { homePaths, type HomePaths } from '../../src/core/home.js';
import { cutValue } from '../../src/core/parts.js';
import { buildPlan } from '../core/plan-builder.js';

let home: HomePaths;
beforeAll(async () => {
  home = homePaths(await mkdtemp(path.join(os.tmpdir(), 'longhaul-keep-')));
});
afterAll(() => rm(home.root, { recursive: true }));

function artifactsOf(briefDigest: string, tasks: readonly string[]): CampaignArtifacts {
  const plan = { ...buildPlan({ phases: [[tasks.map((id) => ({ id }))]] }), briefDigest };
  const value = { file: 'c.yaml', value: null, roles: {}, templates: {}, existingBranches: [], learnt: null };
  return {
    plan,
    brief: { name: briefDigest } as CampaignBrief,
    spec: '',
    source: { version: 1, ...value },
  };
}

it('makes the folder say what the campaign goes by, where the client that asked for it is gone', async () => {
  await writeArtifacts(home, 'c', artifactsOf('one', ['a']));
  const change = artifactsOf('two', ['a', 'b']);
  const run = { task: 'b', agent: 'a', lane: 'a#1', startMs: 5, endMs: 6 };
  await addChange(home, 'c', { ...change, schedule: [run] });
  expect((await readPlan(home, 'c'))?.briefDigest).toBe('one');
  expect(await readSchedule(home, 'c')).toMatchObject([{ task: 'a' }]);

  const { keepPlan } = createPlanKeeping({ home });
  const inForce = { ...change.plan, name: 'with what only the campaign knows' };
  for (let time = 0; time < 2; time += 1)
    await keepPlan(...cutValue({ campaign: 'c', plan: inForce, revision: 2 }));
  expect(await readPlan(home, 'c')).toEqual({ ...inForce, revision: 2 });
  expect(await readSchedule(home, 'c')).toEqual([run]);
  expect((await readBrief(home, 'c'))?.name).toBe('two');

  // Of one that no client prepared, only the plan is known.
  await keepPlan({ campaign: 'c', plan: { ...inForce, briefDigest: 'three' }, revision: 3 });
  expect((await readPlan(home, 'c'))?.briefDigest).toBe('three');
  expect(await readSchedule(home, 'c')).toEqual([run]);
});

it('lets a newer plan stand where an older one comes late', async () => {
  const { keepPlan } = createPlanKeeping({ home });
  const [second, third] = ['second', 'third'].map((digest) => artifactsOf(digest, ['a'])) as [
    CampaignArtifacts,
    CampaignArtifacts,
  ];
  for (const each of [second, third]) await addChange(home, 'late', { ...each, schedule: [] });
  await Promise.all([
    keepPlan({ campaign: 'late', plan: third.plan, revision: 3 }),
    keepPlan({ campaign: 'late', plan: second.plan, revision: 2 }),
  ]);
  expect((await readPlan(home, 'late'))?.briefDigest).toBe('third');
  expect((await readBrief(home, 'late'))?.name).toBe('third');
});
