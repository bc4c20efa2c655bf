/** Ctrl-C while something is shown: the loop ends in order, where Node would just end the process. */
export interface Interrupt {
  readonly happened: () => boolean;
  /** Waits for `work`, or for the interrupt (null), whichever is first. */
  readonly orElse: <T>(work: Promise<T>) => Promise<T | null>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly stop: () => void;
}

export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => controller.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  const interrupted = new Promise<null>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const orElse = <T>(work: Promise<T>): Promise<T | null> => Promise.race([work, interrupted]);
  return {
    happened: () => controller.signal.aborted,
    orElse,
    sleep: async (ms) => {
      let timer: NodeJS.Timeout | undefined;
      await orElse(new Promise((resolve) => (timer = setTimeout(resolve, ms))));
      clearTimeout(timer);
    },
    stop: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
