/**
 * The rules of groups and failures, told once more, from docs/campaign-file.md and docs/state-machine.md and not from the
 * engine: time goes from one end of a turn to the next.
 */
import {
  MEMBERS,
  SECONDS,
  policyOf,
  turnEndOf,
  type Case,
  type Id,
  type Member,
  type Outcome,
} from './policy-case.js';

/** "3 times in a row: a person is asked". */
const MOST_ALIKE = 3;

interface Runner {
  readonly id: Id;
  /** '' = not over. */
  state: string;
  /** When its turn ends; null = it has none. */
  endsAtS: number | null;
  turnsTaken: number;
  rejected: number;
  attempt: number;
  alike: number;
  round: 'first' | 'due' | 'again';
}

function runner(id: Id): Runner {
  const counts = { turnsTaken: 0, rejected: 0, attempt: 1, alike: 0 };
  return { id, state: '', endsAtS: null, round: 'first', ...counts };
}

export class PolicyTable {
  private readonly members = MEMBERS.map((id) => runner(id));
  private readonly next = runner('next');
  private readonly merged: string[] = [];
  private nowS = 0;
  private nextAtS: number | null = null;
  private isMet = false;
  private isStopped = false;
  private isExpired = false;

  constructor(private readonly given: Case) {}

  outcome(): Outcome {
    for (const member of this.members) this.begin(member);
    while (!this.isStopped && this.step()) this.settleGroup();
    for (const one of this.all()) this.leave(one);
    const [a = '', b = '', c = '', next = ''] = this.all().map(({ state }) => state);
    return { campaign: this.campaign(), a, b, c, next, merged: this.merged, nextAtS: this.nextAtS };
  }

  /** A campaign that ends takes along what is not over; one that waits for a person leaves it. */
  private leave(one: Runner): void {
    if (this.isStopped && (one.state === '' || one.state === 'blocked')) one.state = 'cancelled';
    else one.state ||= 'waiting';
  }

  private all(): readonly Runner[] {
    return [...this.members, this.next];
  }

  /** A task that a person has to look at keeps the campaign from its end. */
  private campaign(): string {
    const states = this.all().map(({ state }) => state);
    if (states.includes('blocked')) return 'blocked';
    return states.includes('failed') ? 'failed' : 'done';
  }

  private begin(one: Runner): void {
    one.endsAtS = this.nowS + SECONDS[one.id];
  }

  /** The next thing that happens: a turn ends, or the group's time is over while one of its members is at work. */
  private step(): boolean {
    const [first] = this.all()
      .filter(({ endsAtS }) => endsAtS !== null)
      .sort((one, other) => (one.endsAtS ?? 0) - (other.endsAtS ?? 0));
    if (first?.endsAtS == null) return false;
    const { timeoutS } = this.given;
    const isAtWork = this.members.some(({ endsAtS }) => endsAtS !== null);
    if (timeoutS !== null && !this.isExpired && isAtWork && timeoutS < first.endsAtS) {
      this.expire(timeoutS);
      return true;
    }
    this.nowS = first.endsAtS;
    first.endsAtS = null;
    first.turnsTaken += 1;
    this.turnEnded(first);
    return true;
  }

  private expire(atS: number): void {
    this.nowS = atS;
    this.isExpired = true;
    for (const one of this.members.filter(({ state }) => state === '' || state === 'blocked')) {
      one.endsAtS = null;
      one.state = 'failed';
      if (policyOf(this.given, one.id) === 'fail-fast') this.isStopped = true;
    }
  }

  private turnEnded(one: Runner): void {
    const { fault } = this.given;
    const end = turnEndOf(this.given, one.id, one.turnsTaken);
    const isCutShort = end === 'errs' || end === 'times out';
    const counts = isCutShort && fault.partial === 'accept' && fault.passes === true;
    if (end === 'good' || counts) this.done(one);
    else if (end === 'breaks') this.fail(one);
    else if (end === 'times out') this.timedOut(one);
    else this.rejected(one, end === 'is rejected alike');
  }

  private done(one: Runner): void {
    one.state = 'done';
    if (one.id === 'next' || !this.isMet) this.merged.push(one.id);
  }

  private timedOut(one: Runner): void {
    const { onTimeout = 'retry' } = this.given.fault;
    if (onTimeout === 'skip') one.state = 'skipped';
    else if (onTimeout === 'abort') this.failAll(one);
    else if (!this.isEndless(one, true)) this.begin(one);
  }

  private rejected(one: Runner, alike: boolean): void {
    const { turns = 1, attempts = 1 } = this.given.fault;
    if (this.isEndless(one, alike)) return;
    one.rejected += 1;
    if (one.rejected === turns) {
      one.rejected = 0;
      one.attempt += 1;
    }
    if (one.attempt <= attempts) this.begin(one);
    else this.fail(one);
  }

  /** The same failure again and again: a person is asked, or, with fail-fast, it has failed. */
  private isEndless(one: Runner, alike: boolean): boolean {
    one.alike = alike ? one.alike + 1 : 1;
    if (one.alike < MOST_ALIKE) return false;
    if (policyOf(this.given, one.id) === 'fail-fast') this.failAll(one);
    else one.state = 'blocked';
    return true;
  }

  private fail(one: Runner): void {
    const policy = policyOf(this.given, one.id);
    if (policy === 'fail-fast') this.failAll(one);
    else if (policy === 'best-effort' || one.round === 'again') one.state = 'failed';
    else one.round = 'due';
  }

  private failAll(one: Runner): void {
    one.state = 'failed';
    this.isStopped = true;
  }

  private settleGroup(): void {
    if (this.isStopped) return;
    const { wait, rest } = this.given;
    if (!this.isMet && wait < MEMBERS.length && this.merged.length === wait) {
      this.isMet = true;
      for (const one of this.members.filter(({ state }) => state === '' || state === 'blocked')) {
        if (rest === 'finish') continue;
        one.endsAtS = null;
        one.state = 'cancelled';
      }
    }
    this.tryAgain();
    const isOver = this.members.every(({ state }) => state !== '' && state !== 'blocked');
    if (this.nextAtS !== null || !(this.isMet || isOver)) return;
    this.nextAtS = this.nowS;
    this.begin(this.next);
  }

  /** "Once the rest of its group is through": those that are in their first round still. */
  private tryAgain(): void {
    const moves = this.members.some(({ round, endsAtS }) => round === 'first' && endsAtS !== null);
    if (moves) return;
    for (const one of this.members.filter(({ round, state }) => round === 'due' && state === '')) {
      Object.assign(one, { round: 'again', rejected: 0, attempt: 1, alike: 0 } satisfies Partial<Runner>);
      this.begin(one);
    }
  }
}

/** For messages. */
export function describeCase(given: Case): string {
  const { wait, rest, onFailure, own, losers, fault, timeoutS } = given;
  const names = losers.map((id: Member) => (id === losers[0] ? `${id} (${own})` : id)).join(' and ');
  return `wait ${wait}, rest: ${rest}, ${onFailure}, timeout ${timeoutS ?? 'none'}: ${names}, ${JSON.stringify(fault)}`;
}
