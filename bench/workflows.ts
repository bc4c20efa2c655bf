/** One bundle for both sides of the comparison, so that neither has the smaller one. */
export * from '../src/workflows/index.js';
export * from './bare-workflow.js';
