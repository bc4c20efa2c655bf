/** What an agent says in the middle of its turn, as lines; what it has said and used so far. */
import type { SessionUpdate, Usage } from '@agentclientprotocol/sdk/unstable';
import type { Print } from './talk.js';

/** Text comes in pieces: a word of it now and then shows that the agent lives. */
const WORD_MS = 2_000;
const LONGEST_NOTE = 200;
/** However it is escaped, a line with it is read (activities/output-tail.ts). */
const LONGEST_MESSAGE = 150_000;

export class Hearing {
  /** The last message, as far as it has come; at most 150,000 characters. */
  message = '';
  /** Of the whole session, in US dollars; null where the agent does not say. */
  costUsd: number | null = null;
  /** Only the history of a session that is loaded comes before the prompt. */
  private listening = false;
  private toldAtMs = 0;
  private costBeforeUsd: number | null = null;

  constructor(private readonly print: Print) {}

  /** From here on what comes is of this turn. */
  begin(isNew: boolean): void {
    this.listening = true;
    this.message = '';
    this.costBeforeUsd = isNew ? 0 : this.costUsd;
  }

  hear(update: SessionUpdate): void {
    if (update.sessionUpdate === 'usage_update') {
      if (update.cost?.currency === 'USD') this.costUsd = update.cost.amount;
      return;
    }
    if (!this.listening) return;
    if (update.sessionUpdate === 'agent_message_chunk') {
      if (update.content.type === 'text') this.hearText(update.content.text);
    } else if (update.sessionUpdate === 'tool_call') {
      // What it says after a tool is another message.
      this.message = '';
      this.tell(update.title);
    } else if (Date.now() - this.toldAtMs > WORD_MS) this.tell(null);
  }

  private hearText(text: string): void {
    const end = (this.message.slice(-LONGEST_NOTE) + text).slice(-LONGEST_NOTE);
    this.message += text.slice(0, LONGEST_MESSAGE - this.message.length);
    if (Date.now() - this.toldAtMs > WORD_MS) this.tell(end);
  }

  private tell(note: string | null): void {
    this.toldAtMs = Date.now();
    this.print({ type: 'progress', note: note === null ? null : note.slice(0, LONGEST_NOTE) });
  }

  /** Cached tokens are part of the input. Sums of the turn. */
  printUsage(usage: Usage | null | undefined): void {
    const isPriced = this.costUsd !== null && this.costBeforeUsd !== null;
    const costUsd = isPriced ? Math.max(0, (this.costUsd ?? 0) - (this.costBeforeUsd ?? 0)) : null;
    if (usage == null && costUsd === null) return;
    const { inputTokens = 0, outputTokens = 0, cachedReadTokens, cachedWriteTokens } = usage ?? {};
    const cachedInputTokens = cachedReadTokens ?? 0;
    this.print({
      type: 'usage',
      inputTokens: inputTokens + cachedInputTokens + (cachedWriteTokens ?? 0),
      cachedInputTokens,
      outputTokens,
      costUsd,
    });
  }
}
