/**
 * How the tasks that an agent proposes reach its campaign. Said on a line by those whose program speaks so, or by any
 * agent in `.longhaul/propose.json`.
 */
import { readProposal } from '../agents/propose-report.js';
import type { TaskProposal } from '../core/task-proposal.js';
import { findSaidFile } from './said-file.js';
import { shortHash, type Turn } from './turn-files.js';

export interface Unproposed {
  readonly proposal: TaskProposal;
  /** Where it stands, with its content; left out where it was said on a line. */
  readonly file?: string;
  /** Once the campaign has it. */
  consume(): void;
}

/** While the agent runs, what is no JSON is still being written: found again with the next look. */
export function findProposal(turn: Turn, agentRuns: boolean): Unproposed | null {
  const found = findSaidFile(turn, 'propose', { agentRuns, kept: 'proposed' });
  if (found === null) return null;
  const { value, file, consume } = found;
  const proposal = readProposal(value);
  const problem = '.longhaul/propose.json is no JSON, or larger than 64 KB';
  return { proposal: value === undefined ? { ...proposal, problem } : proposal, file, consume };
}

/**
 * What could not be delivered stays in the list. The same proposal of a turn that goes on counts once; that in a file, of
 * a task: where the answer to its delivery was lost, the file is found again by a later turn.
 */
export async function deliverProposals(unproposed: Unproposed[], turn: Turn): Promise<void> {
  const { task, gen } = turn.order;
  for (const each of [...unproposed]) {
    const { proposal: request, file } = each;
    const hash = shortHash(JSON.stringify(request));
    const key = file === undefined ? `propose/${task}/${gen}/${hash}` : `propose/${task}/${hash}`;
    await turn.deps.campaigns.proposeTasks(turn.brief.campaign, { key, task, gen, request });
    each.consume();
    unproposed.splice(unproposed.indexOf(each), 1);
  }
}
