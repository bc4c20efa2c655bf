import { asyncLocalStorage } from '@temporalio/activity';

const EVERY_MS = 5_000;

/** Says with the next heartbeats what is at hand: shown with the activity in the Temporal UI. */
type Tell = (details: Readonly<Record<string, string>>) => void;

/**
 * Heartbeats for as long as `work` runs, and hands it the signal of the activity's cancellation. Outside an activity
 * (in tests, in the client's preflight) it just runs `work`.
 */
export async function withHeartbeat<T>(work: (signal: AbortSignal, tell: Tell) => Promise<T>): Promise<T> {
  const context = asyncLocalStorage.getStore();
  if (context === undefined) return work(new AbortController().signal, () => undefined);
  let details: Parameters<Tell>[0] | undefined;
  const timer = setInterval(() => {
    context.heartbeat(details);
  }, EVERY_MS);
  const tell: Tell = (said) => {
    details = said;
    context.heartbeat(said);
  };
  try {
    return await work(context.cancellationSignal, tell);
  } finally {
    clearInterval(timer);
  }
}
