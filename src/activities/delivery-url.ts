/** Delivery to a repository elsewhere: by push, never by force. */
import type { CampaignBrief } from '../core/brief.js';
import { countShare, type Branch, type Step } from './delivery-step.js';
import { GitError, tryGit } from './git.js';
import { branchRef } from './mirror.js';

export async function deliverByPush(
  mirror: string,
  brief: CampaignBrief,
  branches: readonly Branch[],
): Promise<readonly Step[]> {
  const { location } = brief.repository;
  const steps: Step[] = [];
  for (const { name, commit } of branches) {
    const refused = await push(mirror, location, `${commit}:${branchRef(name)}`);
    if (refused !== null)
      steps.push({ done: false, said: `The branch ${name} was not pushed to ${location}: ${refused}` });
  }
  const count = branches.length - steps.length;
  return [{ done: true, said: `${countShare(count, branches.length)} pushed to ${location}.` }, ...steps];
}

/** The remote itself sees to it that base moves by fast-forward only. */
export async function moveBaseThere(mirror: string, brief: CampaignBrief, head: string): Promise<Step> {
  const { base, location } = brief.repository;
  const refused = await push(mirror, location, `${head}:${branchRef(base)}`);
  if (refused === null) return { done: true, said: `${base} is moved to it.` };
  const command = `git fetch origin && git checkout ${base} && git merge origin/${brief.campaignBranch} && git push`;
  return {
    done: false,
    said: `${base} in ${location} was left alone: ${refused}. In a clone of it: ${command}`,
  };
}

/** @returns why it was refused; null when it was not; @throws GitError where the remote could not be asked */
async function push(mirror: string, location: string, refspec: string): Promise<string | null> {
  const args = ['push', '--porcelain', '--no-verify', location, refspec];
  const pushed = await tryGit(mirror, args);
  if (pushed.exitCode === 0) return null;
  const refused = pushed.stdout.split('\n').find((line) => line.startsWith('!\t'));
  if (refused === undefined) throw new GitError(args, mirror, pushed);
  return refused.slice(refused.lastIndexOf('\t') + 1);
}
