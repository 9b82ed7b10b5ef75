import { type CasesAnswer, runCases } from "../../../rules/run-cases.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type { runPolicyCases as contract } from "../../../shared/contracts/policies.ts";
import { ThreadBusy } from "../../../shared/thread-task.ts";
import type { CommandContext } from "../../command-context.ts";
import { textOf } from "./load-draft.ts";

const shownAtMost = 200;

/**
 * Runs the pack's own cases together with the packs in force. Errors: `policy.unreadable` (400) when it is no pack or
 * takes too long, `server.busy` (503) when too many runs wait.
 */
export async function runPolicyCases(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<ResponseOf<typeof contract>> {
  const answer = await answerTo(ctx, input.packId, await textOf(ctx, input));
  if ("reason" in answer) throw new AppError("policy.unreadable", { reason: answer.reason });
  const { runs } = answer;
  const failed = runs.filter(({ failure }) => failure !== null);
  const passed = runs.filter(({ failure }) => failure === null);
  return {
    total: runs.length,
    failed: failed.length,
    cases: [...failed, ...passed].slice(0, shownAtMost),
  };
}

async function answerTo(ctx: CommandContext, name: string, text: string): Promise<CasesAnswer> {
  try {
    return await runCases(ctx.app.packs, { text, name });
  } catch (error) {
    if (error instanceof ThreadBusy) throw new AppError("server.busy");
    throw error;
  }
}
