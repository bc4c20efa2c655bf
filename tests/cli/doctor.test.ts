/** The doctor, on machines that are made up of a PATH, a home and variables. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOlder } from '../../src/cli/doctor/agent.js';
import { judgeDisk, judgeMemory } from '../../src/cli/doctor/machine.js';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { CliLab } from './run-cli.js';

const CANARY = 'sk-canary-7f3a';
const system = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
let lab: CliLab;
let bin: string;

beforeAll(async () => {
  lab = await CliLab.create();
  bin = path.join(lab.folder, 'bin');
  mkdirSync(bin);
  program('temporal', 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)');
  await lab.write(
    'campaign.yaml',
    `version: 1
name: c
agents:
  claude: { adapter: claude-code, instances: 3 }
  codex: { adapter: codex }
  own: { adapter: command, run: [./agent.sh] }
limits: { agents: 4 }
tasks: [{ id: a, title: Do it }]
`,
  );
});

afterAll(() => lab.remove());

function program(name: string, says: string): void {
  const file = path.join(bin, name);
  writeFileSync(file, `#!/bin/sh\necho "${says}"\n`);
  chmodSync(file, 0o755);
}

async function examine(env: Readonly<Record<string, string>>, ...args: string[]) {
  // Where node is is no place where agents are looked for.
  lab.env = { HOME: path.join(lab.folder, 'user'), PATH: `${bin}:${system}`, ...env };
  const { code, stdout, stderr } = await lab.run('doctor', '--json', ...args);
  expect(stdout + stderr).not.toContain(CANARY);
  return { code, stderr, findings: JSON.parse(stdout) as Finding[] };
}

const of = (findings: readonly Finding[], what: string) =>
  findings.filter((finding) => finding.what === what).map(({ state, text }) => `${state} ${text}`);

it('tells of a machine without agents what there is, and how to come to some', async () => {
  const { code, findings } = await examine({});
  expect(code).toBe(0);
  expect(of(findings, 'git')).toEqual(['ok git is there, and new enough']);
  expect(of(findings, 'server')[0]).toMatch(/^ok Temporal 1\.5\.1 .* is installed/);
  expect(of(findings, 'agents')).toEqual(['warning no agent is ready to work']);
  expect(findings.map(({ what }) => what)).toEqual([
    'git',
    'server',
    ...findings.filter(({ what }) => what.startsWith('agent')).map(({ what }) => what),
    'sandbox',
    'home',
    'disk',
    'memory',
    'ports',
  ]);
  for (const { state, way } of findings) expect(way === null).toBe(state === 'ok');
});

it('tells of a campaign’s agents which are there, of what version, and whether a login is to be seen', async () => {
  program('claude', '2.1.329 (Claude Code)');
  program('codex', 'codex-cli 0.150.0');
  const without = await examine({}, 'campaign.yaml');
  expect(without.code).toBe(1);
  expect(of(without.findings, 'agent claude')).toEqual([
    expect.stringMatching(/^ok 2\.1\.329 \(.*\/bin\/claude\), which Longhaul is tested with/),
    expect.stringMatching(/^missing not logged in: neither ANTHROPIC_API_KEY/),
  ]);
  expect(of(without.findings, 'agent codex')[0]).toMatch(/^warning 0\.150\.0 .*older than 0\.169\.0/);
  expect(of(without.findings, 'agent own')).toEqual(['missing ./agent.sh is not there']);

  await lab.write('agent.sh', '#!/bin/sh\n');
  chmodSync(path.join(lab.repository, 'agent.sh'), 0o755);
  const codexHome = path.join(lab.folder, 'codex');
  mkdirSync(codexHome);
  writeFileSync(path.join(codexHome, 'auth.json'), CANARY);
  mkdirSync(lab.home);
  writeFileSync(path.join(lab.home, 'env'), `ANTHROPIC_API_KEY=${CANARY}\n`);
  const all = await examine({ CODEX_HOME: codexHome }, 'campaign.yaml');
  expect(of(all.findings, 'agent claude')[1]).toBe(
    'ok ANTHROPIC_API_KEY is set; whether it is valid, the first turn shows',
  );
  expect(of(all.findings, 'agent codex')[1]).toContain(`ok a login is kept in ${codexHome}/auth.json`);
  expect(of(all.findings, 'agent own')).toEqual([expect.stringContaining('ok ')]);
  expect(all.findings.filter(({ state }) => state === 'missing')).toEqual([]);
  expect(all.code).toBe(0);
});

it('tells of a server of one’s own that it can’t be reached', async () => {
  const { code, findings } = await examine({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
  expect({ code, server: of(findings, 'server') }).toEqual({
    code: 1,
    server: ["missing your own, 127.0.0.1:1, can't be reached"],
  });
});

it('is read by people too, and refuses what is no file', async () => {
  const { stdout } = await lab.run('doctor');
  expect(stdout).toMatch(/^✓ ok +git +git is there/m);
  const { code, stderr } = await lab.run('doctor', 'nothing.yaml');
  expect(code).toBe(1);
  expect(stderr).toContain("the campaign file nothing.yaml can't be read");
});

describe('what fits', () => {
  const GB = 1024 ** 3;
  it.each([
    [16, null, 'ok', '8 to 53 agents fit'],
    [16, 9, 'warning', 'which fit if they stay small'],
    [1, null, 'warning', '0 to 3 agents fit'],
    [1, 4, 'warning', 'would run 4 at once'],
    [0.2, null, 'missing', '0 agents fit'],
  ])('into %d GB of memory, with %s wanted, is %s', (...[gb, wanted, state, text]) => {
    const finding = judgeMemory(gb * GB, wanted);
    expect(finding.state).toBe(state);
    expect(finding.text).toContain(text);
  });

  it('on the disk', () => {
    expect([0.1, 1, 50].map((gb) => judgeDisk(gb * GB, '/x').state)).toEqual(['missing', 'warning', 'ok']);
  });

  it('by version goes by numbers', () => {
    const version = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(400));
    fc.assert(
      fc.property(version, version, (a, b) => {
        const weigh = ([x, y, z]: [number, number, number]) => (x * 1000 + y) * 1000 + z;
        expect(isOlder(a.join('.'), b.join('.'))).toBe(weigh(a) < weigh(b));
      }),
    );
  });
});
