import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { HomePaths } from '../../src/core/home.js';
import { ProblemError } from '../../src/core/problem.js';
import { findTemporal } from '../../src/server/temporal-binary.js';
import { makeHome, removeHome } from './home-fixture.js';

/** Nobody listens there: the SDK's download fails at once, also where there is a network. */
const withoutNetwork = { HTTPS_PROXY: 'http://127.0.0.1:9' };

let home: HomePaths;
const steps: string[] = [];
const onStep = (text: string): number => steps.push(text);

beforeEach(() => {
  home = makeHome();
  steps.length = 0;
});
afterEach(() => removeHome(home));

function writeScript(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}

test('the binary on the PATH comes first, and tells its version', async () => {
  writeScript(`${home.bin}/temporal`, 'echo temporal version 9.9.9');
  const found = await findTemporal({ home, env: { PATH: path.dirname(inject('temporal')) }, onStep });
  expect(found.binary).toBe(path.join(path.dirname(inject('temporal')), 'temporal'));
  expect(found.version).toMatch(/Server \d+\.\d+/);
});

test('one that does not work is passed over for the next way', async () => {
  writeScript(`${home.root}/path/temporal`, 'echo not for this machine >&2; exit 126');
  writeScript(`${home.bin}/temporal`, 'echo temporal version 9.9.9 "(Server 1)"');
  const found = await findTemporal({ home, env: { PATH: `${home.root}/path` }, onStep });
  expect(found).toEqual({ binary: `${home.bin}/temporal`, version: '9.9.9 (Server 1)' });
});

test('Go builds it into LONGHAUL_HOME/bin where nothing else works', async () => {
  // A `go` that "builds" what was asked for; the SDK's download fails.
  writeScript(
    `${home.root}/path/go`,
    `printf '#!/bin/sh\\necho temporal version built by %s\\n' "$2" > "$GOBIN/temporal"; chmod 755 "$GOBIN/temporal"`,
  );
  const env = { PATH: `${home.root}/path:/usr/bin:/bin`, ...withoutNetwork };
  const found = await findTemporal({ home, env, onStep });
  expect(found.version).toBe('built by github.com/temporalio/cli/cmd/temporal@v1.5.1');
  expect(steps).toEqual([
    "downloading Temporal's dev server",
    "building Temporal's dev server: go install github.com/temporalio/cli/cmd/temporal@v1.5.1 (some minutes, once)",
  ]);
});

test('where no way works, the error lists each with its reason, and what to do', async () => {
  writeScript(`${home.root}/path/go`, 'echo "go: proxy.golang.org: no such host" >&2; exit 1');
  const env = { PATH: `${home.root}/path`, ...withoutNetwork };
  const error = await findTemporal({ home, env, onStep }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  const { code, message, hint } = (error as ProblemError).problem;
  expect(code).toBe('server/no-temporal');
  expect(message.split('\n').map((line) => line.replace(home.root, 'HOME'))).toEqual([
    'no Temporal server could be found or installed:',
    '  - `temporal` on the PATH: not there',
    '  - `temporal` in LONGHAUL_HOME/bin: no executable file HOME/bin/temporal',
    expect.stringMatching(/^ {2}- the Temporal SDK's download: ./),
    '  - go install github.com/temporalio/cli/cmd/temporal@v1.5.1: go: proxy.golang.org: no such host',
  ]);
  expect(hint).toContain('https://docs.temporal.io/cli#install');
});
