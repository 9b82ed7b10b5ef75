import { answerOrders } from "../shared/thread-task.ts";
import { loadPack, packsFrom, type RulePacks, withPack } from "./load-packs.ts";
import { RuleError } from "./rule-error.ts";
import { runCase } from "./run-case.ts";
import type { CasesAnswer, CasesOrder } from "./run-cases.ts";

/** The thread of `run-cases.ts`. */
answerOrders<CasesOrder>(({ packs, text, name }) => {
  const inForce = packsFrom(packs);
  return () => answered(inForce, text, name);
});

function answered(inForce: RulePacks, text: string, file: string): CasesAnswer {
  try {
    const loaded = loadPack(text, file);
    const together = withPack(inForce, loaded);
    const runs = loaded.pack.cases.map((packCase) => {
      const { name, call } = packCase;
      return { name, call, failure: runCase(together, packCase) };
    });
    return { runs };
  } catch (error) {
    if (error instanceof RuleError) return { reason: error.message };
    throw error;
  }
}
