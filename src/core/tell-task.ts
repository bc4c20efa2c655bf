import { taskState, withTask, type CampaignState } from './state.js';

/** Messages that wait for a task's next order: an agent that floods must not fill the state. */
const MOST_MESSAGES = 20;

/** Said with the task's next order. */
export function tellTask(state: CampaignState, id: string, text: string): CampaignState {
  const task = taskState(state, id);
  return withTask(state, id, { ...task, messages: [...task.messages, text].slice(-MOST_MESSAGES) });
}
