import fc from "fast-check";

/** Values for which the property does not hold, shrunk, or null when none were found. */
export function counterexampleOf<T>(
  property: fc.IProperty<T>,
  parameters: fc.Parameters<T> = {},
): string | null {
  const { failed, counterexample, errorInstance, seed } = fc.check(property, parameters);
  return failed
    ? `${fc.stringify(counterexample)} (seed ${seed}) ${errorInstance instanceof Error ? errorInstance.message : ""}`
    : null;
}
