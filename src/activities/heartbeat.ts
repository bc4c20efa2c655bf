import { asyncLocalStorage } from '@temporalio/activity';

const EVERY_MS = 5_000;

/**
 * Heartbeats for as long as `work` runs, and hands it the signal of the activity's cancellation. Outside an activity
 * (in tests, in the client's preflight) it just runs `work`.
 */
export async function withHeartbeat<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = asyncLocalStorage.getStore();
  if (context === undefined) return work(new AbortController().signal);
  const timer = setInterval(() => {
    context.heartbeat();
  }, EVERY_MS);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
