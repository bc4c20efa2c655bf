export { campaign } from './campaign.js';
export { integration } from './integration.js';
export { task } from './task.js';
