import { RuleError } from "../../src/rules/rule-error.ts";

/** The RuleError that `act` throws; anything else, or nothing, fails the test. */
export function failureOf(act: () => unknown): RuleError {
  try {
    act();
  } catch (error) {
    if (error instanceof RuleError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
