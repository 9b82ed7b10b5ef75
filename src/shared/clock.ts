/** Where time comes from. Commands, jobs and rules never read the machine's clock themselves (style rule 18). */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock for tests and the demonstration: stands still until it is moved. */
export function fixedClock(start: string | Date): Clock & { set(to: string | Date): void } {
  let current = new Date(start);
  return {
    now: () => new Date(current),
    set(to) {
      current = new Date(to);
    },
  };
}
