import { parentPort, workerData } from "node:worker_threads";
import type { AssessOrder, ThreadAnswer } from "./assess-pack.ts";
import { checkPack } from "./check-pack.ts";
import { checkWithEngine } from "./check-with-engine.ts";
import { packsFrom } from "./load-packs.ts";

/** The thread of `assess-pack.ts`. It says that it has started, so that loading this code does not count as checking. */
async function main({ packs, text, name }: AssessOrder): Promise<void> {
  const inForce = packsFrom(packs);
  parentPort?.postMessage("started");
  const { findings, cases, loaded } = checkPack(inForce, text, name);
  const all = loaded === null ? findings : await checkWithEngine(loaded);
  const answer: ThreadAnswer = {
    findings: all,
    cases,
    pack: all.length === 0 ? (loaded?.pack ?? null) : null,
  };
  parentPort?.postMessage(answer);
}

// A defect of the check ends the thread, which its caller sees as no answer: nothing is published.
await main(workerData as AssessOrder);
