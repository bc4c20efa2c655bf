// Runs the tests that need real agent programs: installs the pinned ones into ~/.cache/longhaul-test/agents (once,
// some 400 MB) and gives the tests their paths. They talk to a model API of the tests' own on 127.0.0.1, with an empty
// environment, a private HOME and dummy keys.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const CLAUDE = '2.1.329';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(os.homedir(), '.cache/longhaul-test/agents', `claude-code-${CLAUDE}`);
// The platform's package holds the binary itself: no install script, no wrapper process.
const platform = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
const binary = path.join(folder, 'node_modules', platform, 'claude');

if (!existsSync(binary)) {
  console.error(`installing ${platform}@${CLAUDE} into ${folder}`);
  mkdirSync(folder, { recursive: true });
  const install = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--silent',
  ];
  execFileSync('npm', [...install, `${platform}@${CLAUDE}`], { stdio: 'inherit' });
}
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', 'tests/agents/claude-real.test.ts', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, LONGHAUL_TEST_CLAUDE: binary },
  },
);
process.exitCode = status ?? 1;
