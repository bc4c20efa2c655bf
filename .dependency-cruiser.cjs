/**
 * Who may import whom (docs/architecture.md, "Who may import whom"). Everything not listed is an error.
 * `npm` names packages by the names a folder may use from node_modules; `node` allows Node's own modules.
 */
const folders = {
  core: { may: [], npm: ['zod', 'yaml', 'picomatch', 'ajv'], node: false },
  workflows: { may: ['core', 'report'], npm: ['@temporalio/workflow', '@temporalio/common'], node: false },
  agents: { may: ['core'], npm: ['yaml', 'liquidjs', 'zod'], node: false },
  acp: { may: ['core'], npm: ['@agentclientprotocol/sdk'], node: true },
  activities: {
    may: ['core', 'agents', 'report'],
    npm: [
      '@temporalio/activity',
      '@temporalio/common',
      '@modelcontextprotocol/sdk',
      'execa',
      'write-file-atomic',
      'proper-lockfile',
    ],
    node: true,
  },
  worker: {
    may: ['core', 'agents', 'activities'],
    npm: ['@temporalio/worker', '@temporalio/client', '@temporalio/common', '@temporalio/envconfig'],
    node: true,
  },
  report: { may: ['core'], npm: ['picocolors', 'string-width'], node: false },
  client: {
    may: ['core'],
    npm: ['@temporalio/client', '@temporalio/common', '@temporalio/envconfig', 'write-file-atomic'],
    node: true,
  },
  server: {
    may: ['core'],
    npm: [
      '@temporalio/client',
      '@temporalio/common',
      '@temporalio/testing',
      '@temporalio/envconfig',
      'execa',
      'write-file-atomic',
      'proper-lockfile',
      'get-port',
    ],
    node: true,
  },
  demo: { may: ['core'], npm: ['yaml'], node: true },
  cli: {
    may: ['core', 'agents', 'worker', 'report', 'client', 'server', 'demo'],
    npm: ['commander', 'picocolors', 'log-update', 'string-width', 'zod', 'yaml'],
    node: true,
  },
};

const rules = Object.entries(folders).flatMap(([folder, { may, npm, node }]) => {
  const allowedFolders = [folder, ...may].map((name) => `^src/${name}/`);
  // messages.ts is the wire format of the workflows: the client, the worker's own client and the command line speak it.
  if (['client', 'activities', 'worker'].includes(folder))
    allowedFolders.push('^src/workflows/messages\\.ts$');
  // The worker speaks to the server as clients do, and stands in the home's records like server and supervisor.
  if (folder === 'worker')
    allowedFolders.push('^src/client/(codec|home-id)\\.ts$', '^src/server/(host|record|outside)\\.ts$');
  // The demo's agent looks for its own likes as the activities do: a zombie is dead, a pid given anew is somebody else.
  if (folder === 'demo') allowedFolders.push('^src/activities/process-tree\\.ts$');
  const list = [
    {
      name: `${folder}-imports`,
      comment: `src/${folder} may import only ${[folder, ...may].join(', ')}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: allowedFolders },
    },
    {
      name: `${folder}-packages`,
      comment: `src/${folder} may use only the packages ${npm.join(', ') || '(none)'}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: 'node_modules', pathNot: npm.map((name) => `node_modules/${name}(/|$)`) },
    },
  ];
  if (!node) {
    list.push({
      name: `${folder}-no-node`,
      comment: `src/${folder} is pure: no Node modules`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { dependencyTypes: ['core'] },
    });
  }
  return list;
});

module.exports = {
  forbidden: [
    ...rules,
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'no-zod-in-workflows',
      comment: 'zod costs a megabyte per cached workflow: nothing that a workflow reaches may import it',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { path: 'node_modules/(zod|yaml|picomatch|ajv)', reachable: true },
    },
    { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
