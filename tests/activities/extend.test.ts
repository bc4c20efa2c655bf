/** Tasks that come while a campaign runs, compiled from what lies beside its brief. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ActivityDeps } from '../../src/activities/deps.js';
import { createIntegrationActivities } from '../../src/activities/integration-activities.js';
import type { AdditionRequest } from '../../src/core/addition-book.js';
import type { CampaignBrief } from '../../src/core/brief.js';
import { briefFiles, campaignPaths, homePaths, taskFolder } from '../../src/core/home.js';
import type { ReportExtension } from '../../src/workflows/messages.js';
import { digest, keptPlanOf } from '../core/compile-spec.js';

const SPEC = `version: 1
name: c
agents: { script: { adapter: command, run: [sh] } }
tasks:
  - { id: find, title: Find }
  - { id: fix, title: 'Mend {{item.what}}', owns: ['{{item.file}}'], forEach: { task: find, at: bugs } }
`;

const round: AdditionRequest = {
  key: 'round:fix',
  by: 'round',
  task: 'fix',
  group: 'all/all',
  depth: 1,
  why: '',
  tasks: [],
  sources: [{ task: 'find', prefix: '' }],
};

/** A home with the campaign's brief and what it was compiled from, and what `find` has handed on. */
function campaignWith(output: unknown) {
  const home = homePaths(mkdtempSync(path.join(tmpdir(), 'longhaul-extend-')));
  const { plan, brief, source } = keptPlanOf(SPEC);
  const { briefDigest } = plan;
  const files = briefFiles(home, 'c', briefDigest);
  mkdirSync(campaignPaths(home, 'c').briefs, { recursive: true });
  writeFileSync(files.brief, JSON.stringify(brief));
  writeFileSync(files.source, JSON.stringify(source));
  mkdirSync(taskFolder(home, 'c', 'find'), { recursive: true });
  const result = { summary: '', output: JSON.stringify(output) };
  writeFileSync(`${taskFolder(home, 'c', 'find')}/result.json`, JSON.stringify(result));
  const told: ReportExtension[] = [];
  const campaigns = {
    extended: (_: string, extension: ReportExtension) => Promise.resolve(void told.push(extension)),
  };
  const { extend } = createIntegrationActivities({ home, campaigns } as unknown as ActivityDeps);
  const order = (request: AdditionRequest) => extend({ campaign: 'c', briefDigest, order: 'e1', request });
  return { home, told, order, source: files.source };
}

it('are told to the campaign with their plan, whose brief and source are there before; done again, they are the same', async () => {
  const { home, told, order, source } = campaignWith({ bugs: [{ id: 'a', what: 'it', file: 'a.txt' }] });
  await order(round);
  await order(round);
  expect(told).toHaveLength(2);
  expect(told[1]).toEqual(told[0]);
  const { plan, problems, order: key } = told[0]!;
  expect({ key, problems, tasks: plan!.tasks.map(({ id }) => id) }).toEqual({
    key: 'e1',
    problems: [],
    tasks: ['find', 'fix', 'fix-a'],
  });
  const next = briefFiles(home, 'c', plan!.briefDigest);
  const text = readFileSync(next.brief, 'utf8');
  expect(digest(text)).toBe(plan!.briefDigest);
  expect((JSON.parse(text) as CampaignBrief).tasks['fix-a']).toMatchObject({
    title: 'Mend it',
    owns: ['a.txt'],
  });
  expect(readFileSync(next.source, 'utf8')).toBe(readFileSync(source, 'utf8'));
});

it('are told as problems where they can’t be compiled', async () => {
  const { told, order } = campaignWith({ bugs: 'none' });
  await order(round);
  expect(told[0]).toMatchObject({ order: 'e1', plan: null });
  expect(told[0]!.problems.join()).toContain('"bugs" of the output must be a list');
  const tasks = [{ id: 'more', title: 'More', needs: ['nobody'] }];
  await order({ ...round, key: 'p', by: 'person', task: null, tasks, sources: [] });
  expect(told[1]!.problems.join()).toContain('"nobody"');
});

it('are told as refused where their group is gone from the file meanwhile', async () => {
  const { told, order } = campaignWith({ bugs: [] });
  const tasks = [{ id: 'more', title: 'More' }];
  await order({ ...round, key: 'p', by: 'person', task: null, group: 'all/old', tasks, sources: [] });
  expect(told).toEqual([
    { order: 'e1', plan: null, problems: ['The group "all/old" is not in the campaign any more.'] },
  ]);
});

it('are for a person where what the campaign was compiled from is gone', async () => {
  const { told, order, source } = campaignWith({ bugs: [] });
  rmSync(source);
  await expect(order(round)).rejects.toMatchObject({ type: 'brief/missing', nonRetryable: true });
  expect(told).toEqual([]);
  expect(existsSync(source)).toBe(false);
});
