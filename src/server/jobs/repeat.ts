/**
 * Runs rounds one after the other until stopped; each says how long to pause before the next. `stop` waits for the
 * round under way. A round keeps its errors to itself.
 */
export function repeat(round: () => Promise<number>, firstPauseMs: number): { stop(): Promise<void> } {
  let stopped = false;
  let under: Promise<void> = Promise.resolve();
  const turn = async () => {
    const pauseMs = await round();
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
