/**
 * What every test may need and none should make for itself: the Temporal binary, the workflow bundle, and the compiled
 * program in `dist`. Each is made only where it is missing or old; the binary is kept in ~/.cache/longhaul-test, the bundle in node_modules/.cache by the digest of
 * its sources. Test files get them by `inject('temporal')` and `inject('workflowBundle')`; processes that they start
 * find the binary on the PATH.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the `temporal` binary. */
    temporal: string;
    /** Path of the bundled workflows; empty where it could not be made. */
    workflowBundle: string;
  }
}

const root = path.dirname(import.meta.dirname);
const cache = path.join(os.homedir(), '.cache/longhaul-test/bin');
const temporalPackage = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

export default async function setup(project: TestProject): Promise<void> {
  // A user's own Temporal settings would send the tests to their server.
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('TEMPORAL_')) Reflect.deleteProperty(process.env, name);
  }
  process.env['TEMPORAL_CONFIG_FILE'] = '/nonexistent/temporal.toml';

  const temporal = findTemporal() ?? (await installTemporal());
  process.env['PATH'] = `${path.dirname(temporal)}${path.delimiter}${process.env['PATH'] ?? ''}`;
  await buildProgram();
  const workflowBundle = await bundleWorkflows().catch((error: unknown) => {
    // Tests without workflows are told no less by their own results; those with workflows meet the same error.
    console.error('The workflows could not be bundled:', error);
    return '';
  });
  // Workers started from the sources would each run the bundler otherwise.
  if (workflowBundle !== '') process.env['LONGHAUL_WORKFLOW_BUNDLE'] = workflowBundle;
  project.provide('temporal', temporal);
  project.provide('workflowBundle', workflowBundle);
}

function findTemporal(): string | null {
  const given = process.env['LONGHAUL_TEMPORAL'];
  if (given !== undefined && given !== '') {
    if (!isExecutable(given)) throw new Error(`LONGHAUL_TEMPORAL names ${given}, which can't be executed`);
    return given;
  }
  const folders = [
    ...(process.env['PATH'] ?? '').split(path.delimiter),
    path.join(os.homedir(), '.longhaul/bin'),
    cache,
  ];
  return (
    folders
      .filter((folder) => folder !== '')
      .map((folder) => path.join(folder, 'temporal'))
      .find(isExecutable) ?? null
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function installTemporal(): Promise<string> {
  console.error(`No Temporal binary found: go install ${temporalPackage} into ${cache} (some minutes, once)`);
  mkdirSync(cache, { recursive: true });
  try {
    await promisify(execFile)('go', ['install', temporalPackage], { env: { ...process.env, GOBIN: cache } });
  } catch (error) {
    throw new Error(
      `The tests need Temporal's dev server. Install it (https://docs.temporal.io/cli#install), or set LONGHAUL_TEMPORAL to its path. go install said: ${String(error)}`,
      { cause: error },
    );
  }
  return path.join(cache, 'temporal');
}

/** `npm ci` has built it; where a source is newer than that, it is built again. */
async function buildProgram(): Promise<void> {
  const built = statSync(path.join(root, 'dist/workflows.bundle.sha256'), { throwIfNoEntry: false });
  const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const newest = Math.max(...sources.map((name) => statSync(path.join(root, 'src', name)).mtimeMs));
  if (built !== undefined && built.mtimeMs > newest) return;
  console.error('The sources are newer than dist: npm run build');
  await promisify(execFile)(process.execPath, [path.join(root, 'scripts/build.mjs')], { cwd: root });
}

async function bundleWorkflows(): Promise<string> {
  const entry = path.join(root, 'src/workflows/index.ts');
  if (!existsSync(entry)) return '';
  const folder = path.join(root, 'node_modules/.cache/longhaul');
  const file = path.join(folder, `workflows-${digestSources()}.js`);
  if (existsSync(file)) return file;
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({ workflowsPath: entry, logger: new DefaultLogger('WARN') });
  mkdirSync(folder, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, file);
  return file;
}

/** The sandboxed folders are all that a bundle can hold of ours; the lock file stands for the packages. */
function digestSources(): string {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  for (const folder of ['core', 'workflows', 'report']) {
    const files = readdirSync(path.join(root, 'src', folder), { recursive: true, encoding: 'utf8' });
    for (const name of files.filter((each) => each.endsWith('.ts')).sort()) {
      hash.update(`${folder}/${name}\0`).update(readFileSync(path.join(root, 'src', folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
