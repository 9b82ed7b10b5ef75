/**
 * A bound on the work that checking a pack may take, counted in steps instead of read from a clock, so that a pack is
 * accepted or refused in the same way on every machine. A step is some ten microseconds.
 */
export class Budget {
  private left: number;

  constructor(steps: number) {
    this.left = steps;
  }

  /** Takes steps; false when they are used up. */
  spend(steps: number): boolean {
    this.left -= steps;
    return this.left >= 0;
  }

  get isSpent(): boolean {
    return this.left < 0;
  }
}
