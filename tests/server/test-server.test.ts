import { existsSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { startTestServer } from '../test-server.js';

test('a test file gets a private server, and the binary is found', async () => {
  expect(existsSync(inject('temporal'))).toBe(true);
  const server = await startTestServer({
    dynamicConfig: ['limit.historyCount.suggestContinueAsNew=30'],
  });
  try {
    const described = await server.connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(described.namespaceInfo?.name).toBe('default');
    expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
  } finally {
    await server.teardown();
  }
});
