import { type LoadedPack, loadPack, withPack } from "../../../rules/load-packs.ts";
import { RuleError } from "../../../rules/rule-error.ts";
import { runCase } from "../../../rules/run-case.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type { runPolicyCases as contract } from "../../../shared/contracts/policies.ts";
import type { CommandContext } from "../../command-context.ts";
import { textOf } from "./load-draft.ts";

const shownAtMost = 200;
/** After so long a run stops to let others have a turn. */
const turnMs = 50;

/** Runs the pack's own cases together with the packs in force; `policy.unreadable` (400) when it is no pack. */
export async function runPolicyCases(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<ResponseOf<typeof contract>> {
  const loaded = readable(await textOf(ctx, input), input.packId);
  const together = withPack(ctx.app.packs, loaded);
  const results: ResponseOf<typeof contract>["cases"] = [];
  let turn = performance.now();
  for (const packCase of loaded.pack.cases) {
    const { name, call } = packCase;
    results.push({ name, call, failure: runCase(together, packCase) });
    if (performance.now() - turn < turnMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    turn = performance.now();
  }
  const failed = results.filter(({ failure }) => failure !== null);
  const passed = results.filter(({ failure }) => failure === null);
  return {
    total: results.length,
    failed: failed.length,
    cases: [...failed, ...passed].slice(0, shownAtMost),
  };
}

function readable(text: string, packId: string): LoadedPack {
  try {
    return loadPack(text, packId);
  } catch (error) {
    if (error instanceof RuleError) throw new AppError("policy.unreadable", { reason: error.message });
    throw error;
  }
}
