/** Says what is being tried, one line at a time; the command line prints it on stderr. */
export type OnStep = (text: string) => void;

const TICK_MS = 10_000;

/** Says `text`, and every ten seconds that it still goes on. */
export async function showStep<Result>(
  onStep: OnStep,
  text: string,
  work: () => Promise<Result>,
): Promise<Result> {
  onStep(text);
  return showWait(onStep, text, work);
}

/** The same, silent for the first ten seconds: for what is usually quick. */
export async function showWait<Result>(
  onStep: OnStep,
  text: string,
  work: () => Promise<Result>,
): Promise<Result> {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += TICK_MS / 1_000;
    onStep(`${text} (${seconds} s so far)`);
  }, TICK_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
