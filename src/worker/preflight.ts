/** The command line looks at repositories too, before a campaign starts, and may not import activities. */
export { checkGitVersion } from '../activities/preflight-check.js';
export { inspectRepository, type RepositoryFacts } from '../activities/preflight.js';
