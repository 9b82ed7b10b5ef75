import { answerOrders } from "../shared/thread-task.ts";
import type { AssessOrder, ThreadAnswer } from "./assess-pack.ts";
import { checkPack } from "./check-pack.ts";
import { checkWithEngine } from "./check-with-engine.ts";
import { packsFrom, type RulePacks } from "./load-packs.ts";

/** The thread of `assess-pack.ts`. A defect of the check is no answer: nothing is published. */
answerOrders<AssessOrder>(({ packs, text, name }) => {
  const inForce = packsFrom(packs);
  return () => assessed(inForce, text, name);
});

async function assessed(inForce: RulePacks, text: string, name: string): Promise<ThreadAnswer> {
  const { findings, cases, loaded } = checkPack(inForce, text, name);
  const all = loaded === null ? findings : await checkWithEngine(loaded);
  return { findings: all, cases, pack: all.length === 0 ? (loaded?.pack ?? null) : null };
}
