/** Today's workflows go the way of every kept history: a campaign that began with an older Longhaul goes on with this one. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { describe, expect, inject, it } from 'vitest';

const folder = path.join(import.meta.dirname, '../fixtures/histories');

interface Kept {
  readonly workflowId: string;
  /** As `temporal workflow show --output json` prints it. */
  readonly history: { readonly events: readonly Readonly<Record<string, unknown>>[] };
}

const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const histories = files.flatMap((file) => {
  const kept = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as readonly Kept[];
  return kept.map((each, index) => ({ ...each, name: `${file} ${index + 1}: ${each.workflowId}` }));
});

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
});

describe('a kept history replays', () => {
  it.each(histories)('$name', async ({ workflowId, history }) => {
    const workflowBundle = { codePath: inject('workflowBundle') };
    await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
  });

  it('and what is kept holds what once was hard', () => {
    const text = JSON.stringify(histories);
    for (const event of [
      'WorkflowExecutionContinuedAsNew',
      'WorkflowExecutionCancelRequested',
      'Terminated',
    ]) {
      expect(text).toContain(event.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase());
    }
    for (const ask of ['task', 'continue', 'rejected', 'answer', 'conflict']) {
      expect(orders()).toContain(`"ask":"${ask}"`);
    }
  });
});

/** The inputs of all task workflows and the orders that were signalled to them, decoded. */
function orders(): string {
  const payloads = [...JSON.stringify(histories).matchAll(/"data":"([\w+/=]+)"/g)];
  return payloads.map(([, data = '']) => Buffer.from(data, 'base64').toString()).join('\n');
}
