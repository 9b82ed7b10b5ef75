/**
 * Runs rounds one after the other until stopped; each says how long to pause before the next. `stop` waits for the
 * round under way, which may ask whether it is wanted any longer. A round keeps its errors to itself.
 */
export function repeat(
  round: (isStopped: () => boolean) => Promise<number>,
  firstPauseMs: number,
): { stop(): Promise<void> } {
  let stopped = false;
  let under: Promise<void> = Promise.resolve();
  const turn = async () => {
    const pauseMs = await round(() => stopped);
    if (!stopped) timer = setTimeout(start, pauseMs);
  };
  const start = () => {
    under = turn();
  };
  let timer = setTimeout(start, firstPauseMs);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await under;
    },
  };
}
