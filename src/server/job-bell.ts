/**
 * Kinds of jobs that somebody sits and waits for. Every decision writes notices, which nobody waits for: to look for each
 * of them at once costs a quarter of the decisions.
 */
export const awaitedKinds: ReadonlySet<string> = new Set([
  "phone.send",
  "certificate.render",
  "people.import",
]);

/**
 * Wakes this process's job loops when a command that wrote an awaited job has committed, so that a code to a phone or a
 * certificate does not wait for the next look. Other nodes, other jobs, and jobs that are due later, are found by
 * looking.
 */
export class JobBell {
  #rings = 0;
  readonly #listeners = new Set<() => void>();

  /** How often it has rung: noted before a look for jobs, so that `wait` misses nothing that came after it. */
  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Resolves when it has rung since `rings` was read, after `ms`, or when the signal aborts. */
  wait(rings: number, ms: number, signal: AbortSignal): Promise<void> {
    // A signal that came during the look does not come again.
    if (signal.aborted || this.#rings !== rings) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
      this.#listeners.add(done);
    });
  }
}
