import { existsSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CampaignLink } from '../../src/activities/deps.js';
import { createWorktreeActivities } from '../../src/activities/worktree-activities.js';
import type { LockStatus } from '../../src/core/status.js';
import type { TaskBrief } from '../../src/core/brief.js';
import { turnFolder } from '../../src/core/home.js';
import { doneTurn, makeCampaign, runGit, writeFiles, type TestCampaign } from '../fixture-repository.js';

/** One turn of `api` that does `work`, checkpointed and verified. */
async function judge(
  task: Partial<TaskBrief>,
  work: (worktree: string) => void,
  others: Record<string, Partial<TaskBrief>> = {},
) {
  const campaign = makeCampaign({ tasks: { api: task, ...others } });
  const facts = await takeTurn(campaign, 1, work);
  return { campaign, facts, evidence: facts.ok ? '' : campaign.evidence('api', facts.failure?.evidence) };
}

async function takeTurn(campaign: TestCampaign, gen: number, work: (worktree: string) => void) {
  await campaign.activities.prepareWorktree(campaign.input('api', gen));
  work(campaign.worktree('api'));
  const { commit } = await campaign.activities.checkpoint({ ...campaign.input('api', gen), turn: doneTurn });
  const facts = await campaign.activities.verify({ ...campaign.input('api', gen), commit });
  expect(facts.commit).toBe(commit);
  return facts;
}

/** As a turn keeps it. */
function claim({ home }: TestCampaign, said: object): void {
  const folder = turnFolder(home, { campaign: 'cart', task: 'api', gen: 1 });
  writeFiles(folder, { 'completion.json': JSON.stringify(said) });
}

const change = (worktree: string) => writeFiles(worktree, { 'api.txt': 'api\n' });

test('accepts a change whose commands pass, and logs their output', async () => {
  const { campaign, facts } = await judge({ verify: ['echo fine', 'test -f api.txt'] }, change);
  expect(facts).toMatchObject({ ok: true, failure: null });
  const folder = turnFolder(campaign.home, { campaign: 'cart', task: 'api', gen: 1 });
  expect(readFileSync(`${folder}/verify.log`, 'utf8')).toContain('$ echo fine\nfine\n[exit code 0]');
});

test('shows where what the agent claims is not so, without what copied files hold', async () => {
  const files = { '.gitignore': '.env\n', 'old.txt': 'old\n', 'lib/old.txt': 'old\n' };
  const campaign = makeCampaign({ files, tasks: { api: { copy: ['.env'] } } });
  writeFiles(campaign.repository, { '.env': 'TOKEN=secret-1\n' });
  const facts = await takeTurn(campaign, 1, (worktree) => {
    change(worktree);
    rmSync(`${worktree}/old.txt`);
    rmSync(`${worktree}/lib`, { recursive: true });
    const made = [
      'api.txt',
      `${worktree}/api.txt`,
      'old.txt',
      'lib/',
      '.longhaul/output.json',
      'src/../api.txt',
    ];
    claim(campaign, { deliverables: [...made, 'secret-1.txt'] });
  });
  expect(facts).toMatchObject({
    ok: true,
    differences: ['it names ***.txt as made, which is not in its work'],
  });
});

test('tells that it verifies only where that takes its time', async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  const commit = await campaign.complete('api', 1, change);
  const told: string[] = [];
  const progress: CampaignLink['progress'] = (_, { step }) => Promise.resolve(void told.push(step));
  const deps = { ...campaign.deps, campaigns: { ...campaign.deps.campaigns, progress } };
  const verify = (firstWordMs: number) =>
    createWorktreeActivities(deps, firstWordMs).verify({ ...campaign.input('api'), commit });
  expect((await verify(60_000)).ok).toBe(true);
  expect(told).toEqual([]);
  expect((await verify(0)).ok).toBe(true);
  expect(told).toEqual(['verifying']);
});

test('rejects with the command, its exit code and the end of its output as evidence', async () => {
  const verify = ['echo expected 3, got 4; exit 5', 'echo also wrong >&2; exit 6', 'true'];
  const { facts, evidence } = await judge({ verify }, change);
  expect(facts.failure).toMatchObject({ class: 'rejected', evidence: '1/verify.md' });
  expect(facts.failure?.message).toContain('exit code 5');
  for (const said of ['exit code 5', 'expected 3, got 4', 'exit code 6', 'also wrong'])
    expect(evidence).toContain(said);
});

test('the same failure has the same signature, whatever the times and temporary paths', async () => {
  const noisy = 'echo "took $(date +%N) ms in /tmp/x$$ at $(date)" | sed s/[A-Z][a-z][a-z]//g; exit 1';
  const campaign = makeCampaign({ tasks: { api: { verify: [noisy, 'test ! -f other || exit 9'] } } });
  const first = await takeTurn(campaign, 1, change);
  const second = await takeTurn(campaign, 2, change);
  expect(second.failure?.signature).toBe(first.failure?.signature);
  const third = await takeTurn(campaign, 3, (worktree) => writeFiles(worktree, { other: '' }));
  expect(third.failure?.signature).not.toBe(first.failure?.signature);
});

test('asks for a change where one is required, and against one where none is allowed', async () => {
  expect((await judge({}, () => undefined)).evidence).toContain('Nothing was changed');
  expect((await judge({ changes: 'none' }, change)).evidence).toContain('api.txt');
  expect((await judge({ changes: 'none' }, () => undefined)).facts.ok).toBe(true);
  expect((await judge({ changes: 'allowed' }, () => undefined)).facts.ok).toBe(true);
});

test('what another task owns is not to be changed; what nobody owns is', async () => {
  const others = { ui: { owns: ['src/ui/**'] } };
  const work = (worktree: string) =>
    writeFiles(worktree, { 'src/ui/a.ts': 'a', 'README.md': 'changed', 'src/api/b.ts': 'b' });
  const { evidence } = await judge({ owns: ['src/api/**'] }, work, others);
  expect(evidence).toContain('task ui');
  expect(evidence).toContain('src/ui/a.ts');
  expect(evidence).not.toContain('README.md');
  expect((await judge({ owns: ['src/**'] }, work, others)).facts.ok).toBe(true);
  const intends = ['src/ui/a.ts'];
  expect((await judge({ owns: ['src/api/**'], intends }, work, others)).facts.ok).toBe(true);
});

test('what another task owns may be changed by who was given a lock on it, to write there', async () => {
  const campaign = makeCampaign({ tasks: { api: { owns: ['src/api/**'] }, ui: { owns: ['src/ui/**'] } } });
  await campaign.activities.prepareWorktree(campaign.input('api'));
  writeFiles(campaign.worktree('api'), { 'src/ui/a.ts': 'a' });
  const { commit } = await campaign.activities.checkpoint({ ...campaign.input('api'), turn: doneTurn });
  const verify = (lock: Pick<LockStatus, 'state' | 'mode' | 'paths'>) => {
    const locks = () => Promise.resolve([lock as LockStatus]);
    const deps = { ...campaign.deps, campaigns: { ...campaign.deps.campaigns, locks } };
    return createWorktreeActivities(deps).verify({ ...campaign.input('api'), commit });
  };
  const paths = ['src/ui/*.ts'];
  expect((await verify({ state: 'held', mode: 'exclusive', paths })).ok).toBe(true);
  expect((await verify({ state: 'queued', mode: 'exclusive', paths })).ok).toBe(false);
  expect((await verify({ state: 'held', mode: 'shared', paths })).ok).toBe(false);
  expect((await verify({ state: 'held', mode: 'exclusive', paths: ['docs/**'] })).ok).toBe(false);
});

test('finds conflict markers that are left, and no headings that look like one side', async () => {
  const marked = '<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n';
  expect((await judge({}, (worktree) => writeFiles(worktree, { 'a.txt': marked }))).evidence).toContain(
    'a.txt',
  );
  const heading = 'Heading\n=======\n\nText\n';
  expect((await judge({}, (worktree) => writeFiles(worktree, { 'a.rst': heading }))).facts.ok).toBe(true);
});

test('what the checkpoint could not take in is a finding', async () => {
  const { evidence } = await judge({}, (worktree) => {
    change(worktree);
    runGit(worktree, 'init', '--quiet', 'nested');
    writeFiles(worktree, { 'nested/file.txt': 'x' });
  });
  expect(evidence).toContain('nested is a git repository of its own');
});

test('a command that rewrites tracked files is a finding; what it leaves besides is not part of the work', async () => {
  const campaign = makeCampaign({
    tasks: { api: { verify: ['echo formatted > api.txt; mkdir coverage; echo x > coverage/x; true'] } },
  });
  const facts = await takeTurn(campaign, 1, change);
  expect(campaign.evidence('api', facts.failure?.evidence)).toContain('api.txt');
  const { changed } = await campaign.activities.checkpoint({ ...campaign.input('api', 2), turn: doneTurn });
  expect(changed).toBe(1);
});

test('setup runs again before the checks where the agent changed a lock file', async () => {
  const setup = ['cp package-lock.json .git/installed 2>/dev/null || true'];
  const verify = ['test "$(cat .git/installed)" = new'];
  const { facts } = await judge({ setup, verify }, (worktree) =>
    writeFiles(worktree, { 'package-lock.json': 'new' }),
  );
  expect(facts.ok).toBe(true);
});

test('a worktree whose .git the agent removed is rejected, and whole again the next time', async () => {
  const campaign = makeCampaign({
    tasks: { api: { setup: ['true'], verify: ['mkdir -p out && touch out/x'] } },
  });
  const gone = await takeTurn(campaign, 1, (worktree) => {
    change(worktree);
    rmSync(`${worktree}/.git`, { recursive: true });
  });
  expect(campaign.evidence('api', gone.failure?.evidence)).toContain('.git was removed');
  const broken = await takeTurn(campaign, 2, (worktree) => writeFiles(worktree, { '.git/config': '[core' }));
  expect(broken.ok).toBe(true);
  expect((await takeTurn(campaign, 3, () => undefined)).ok).toBe(true);
  expect(runGit(campaign.worktree('api'), 'status', '--porcelain')).toBe('?? api.txt');
});

test('a command that hangs ends at the timeout, with all that it started', async () => {
  const campaign = makeCampaign({
    tasks: {
      api: { verify: ["trap '' TERM; sleep 300 & echo $! > .git/pid; wait; sleep 300"], timeoutMs: 4_000 },
    },
  });
  const facts = await takeTurn(campaign, 1, change);
  expect(facts.failure?.message).toContain('longer than 4 s');
  const pid = readFileSync(`${campaign.worktree('api')}/.git/pid`, 'utf8').trim();
  expect(
    existsSync(`/proc/${pid}/cwd`) && readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] !== 'Z',
  ).toBe(false);
});

test('what a copied file holds is neither in the log of the checks nor in the evidence', async () => {
  const campaign = makeCampaign({
    files: { 'README.md': 'store\n', '.gitignore': '.env.test\n' },
    tasks: { api: { copy: ['.env.test'], verify: ['cat .env.test; exit 3'] } },
  });
  writeFiles(campaign.repository, { '.env.test': 'TOKEN="synthetic $token.1"\nMODE=production\n' });
  const { failure } = await takeTurn(campaign, 1, change);
  const evidence = campaign.evidence('api', failure?.evidence);
  const folder = turnFolder(campaign.home, { campaign: 'cart', task: 'api', gen: 1 });
  for (const text of [evidence, readFileSync(`${folder}/verify.log`, 'utf8')]) {
    expect(text).toContain('TOKEN="***"\nMODE=production');
    expect(text).not.toContain('synthetic');
  }
});

test('a file that the checkpoint left out is work again once it is mended', async () => {
  const campaign = makeCampaign({ tasks: { api: { setup: ['true'], verify: ['touch left-by-verify'] } } });
  const first = await takeTurn(campaign, 1, (worktree) => {
    writeFiles(worktree, {
      'package-lock.json': '{}',
      'key.ts': ['ghp', 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY0000\n'].join('_'),
    });
  });
  const evidence = campaign.evidence('api', first.failure?.evidence);
  expect(evidence).toContain('key.ts:1 holds what looks like a GitHub token');
  expect(evidence).not.toContain('differ from the commit');
  const second = await takeTurn(campaign, 2, (worktree) => writeFiles(worktree, { 'key.ts': 'none' }));
  expect(second.ok).toBe(true);
  const files = campaign.inMirror('ls-tree', '-r', '--name-only', second.commit).split('\n');
  expect(files).toContain('key.ts');
  expect(files).not.toContain('left-by-verify');
});
