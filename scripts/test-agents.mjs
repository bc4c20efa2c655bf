// Runs the tests that need real agent programs: installs the pinned ones into ~/.cache/longhaul-test/agents (once,
// some 800 MB) and gives the tests their paths. They talk to a model API of the tests' own on 127.0.0.1, with an empty
// environment, a private HOME and dummy keys.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const cache = path.join(os.homedir(), '.cache/longhaul-test/agents');
const { platform, arch } = process;

// The platforms' packages hold the binaries themselves: no install script, no wrapper process.
const programs = [
  {
    variable: 'LONGHAUL_TEST_CLAUDE',
    name: 'claude-code',
    version: '2.1.329',
    packages: (version) => [`@anthropic-ai/claude-code-${platform}-${arch}@${version}`],
    binary: `@anthropic-ai/claude-code-${platform}-${arch}/claude`,
  },
  {
    variable: 'LONGHAUL_TEST_CODEX',
    name: 'codex',
    version: '0.169.0',
    // The platform's binary is a version of the package of this name.
    packages: (version) => [
      `@openai/codex-${platform}-${arch}@npm:@openai/codex@${version}-${platform}-${arch}`,
    ],
    binary: `@openai/codex-${platform}-${arch}/vendor/${codexTarget()}/bin/codex`,
  },
];

function codexTarget() {
  const cpu = arch === 'arm64' ? 'aarch64' : 'x86_64';
  return platform === 'darwin' ? `${cpu}-apple-darwin` : `${cpu}-unknown-linux-musl`;
}

function install({ name, version, packages, binary }) {
  const folder = path.join(cache, `${name}-${version}`);
  const file = path.join(folder, 'node_modules', binary);
  if (existsSync(file)) return file;
  console.error(`installing ${packages(version).join(' ')} into ${folder}`);
  mkdirSync(folder, { recursive: true });
  const quiet = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--silent'];
  execFileSync('npm', ['install', '--prefix', folder, ...quiet, ...packages(version)], { stdio: 'inherit' });
  if (!existsSync(file)) throw new Error(`${packages(version).join(' ')} has no ${binary}`);
  return file;
}

const env = { ...process.env };
for (const program of programs) env[program.variable] = install(program);

const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
const files = ['tests/agents/real.test.ts', 'tests/agents/claude-real.test.ts'];
const { status } = spawnSync(process.execPath, [vitest, 'run', ...files, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env,
});
process.exitCode = status ?? 1;
