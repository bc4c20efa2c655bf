// Compiles src to dist, bundles the workflows (so that no user's start runs a bundler) and writes the JSON schema.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
// Made beside `dist` and put in its place at the end: a worker may be running from there.
const dist = path.join(root, 'dist.new');
if (!existsSync(path.join(root, 'src'))) process.exit(0); // installed from the tarball: dist is there already

rmSync(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', dist],
  {
    cwd: root,
    stdio: 'inherit',
  },
);

const { bundleWorkflowCode } = await import('@temporalio/worker');
const quiet = { trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error, log() {} };
const { code } = await bundleWorkflowCode({
  workflowsPath: path.join(dist, 'workflows/index.js'),
  logger: quiet,
});
writeFileSync(path.join(dist, 'workflows.bundle.js'), code);
writeFileSync(
  path.join(dist, 'workflows.bundle.sha256'),
  createHash('sha256').update(code).digest('hex') + '\n',
);

const { campaignJsonSchema } = await import(path.join(dist, 'core/spec-json-schema.js'));
writeFileSync(path.join(root, 'campaign.schema.json'), JSON.stringify(campaignJsonSchema(), null, 2) + '\n');
chmodSync(path.join(dist, 'cli/main.js'), 0o755);

const place = path.join(root, 'dist');
rmSync(place, { recursive: true, force: true });
renameSync(dist, place);
