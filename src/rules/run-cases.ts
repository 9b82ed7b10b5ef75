import { ThreadTask } from "../shared/thread-task.ts";
import type { LoadedPack, RulePacks } from "./load-packs.ts";

/** A case of a pack that was run; `failure` is null when it passed. */
export interface CaseRun {
  readonly name: string;
  readonly call: string;
  readonly failure: string | null;
}

export interface CasesOrder {
  readonly packs: readonly LoadedPack[];
  readonly text: string;
  readonly name: string;
}

/** The runs, or why the text is no pack. */
export type CasesAnswer = { readonly runs: readonly CaseRun[] } | { readonly reason: string };

const defaultMs = 5_000;
const thread = new ThreadTask<CasesOrder, CasesAnswer>(
  new URL("./cases-worker.ts", import.meta.url),
  (answer) => "runs" in answer,
);

/**
 * Runs a pack's own cases together with the packs in force, in a thread of its own. A text that is no pack, or that is
 * not done within `limitMs`, is answered with the reason in Chinese. Rejects with `ThreadBusy` when too many wait.
 */
export async function runCases(
  packs: RulePacks,
  { text, name }: { text: string; name: string },
  limitMs = defaultMs,
): Promise<CasesAnswer> {
  const order: CasesOrder = { packs: [...Object.values(packs.of), ...packs.local], text, name };
  return (await thread.run(order, limitMs)) ?? { reason: "算例在规定的时间内没有运行完" };
}
