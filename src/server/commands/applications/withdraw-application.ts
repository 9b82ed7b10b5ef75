import { AppError } from "../../../shared/app-error.ts";
import {
  applicationStatusNames,
  type withdrawApplication as contract,
} from "../../../shared/contracts/applications.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { AdvanceInput } from "../../../workflows/runtime/store.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { correctionTask } from "../declarations/withdraw-declaration.ts";
import { decisionText } from "../workflow/decision-text.ts";
import { deciderOf } from "../workflow/decide-task.ts";
import { stepInstance } from "../workflow/step-instance.ts";
import { loadOwnApplication } from "./load-own-application.ts";
import { moveApplication, returnedForCorrection } from "./move-application.ts";

/**
 * 撤回/撤销 of a pending application, or giving up one that was returned or still waits for its start (ORG-07, ORG-10,
 * DRG-08, TRF-07, DEC-14). The service behind the diagram's step changes the application. Errors: as `loadOwnApplication`;
 * `application.not_withdrawable` (409) once it has ended.
 */
export async function withdrawApplication(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  const { status, instanceId, kind } = await loadOwnApplication(ctx, input.id);
  if (status === "scheduled") {
    await moveApplication(ctx, input.id, { status: "withdrawn" });
    return { ok: true };
  }
  const isReturned = status === "rejected" && returnedForCorrection.has(kind);
  if (status !== "pending" && !isReturned)
    throw new AppError("application.not_withdrawable", {
      status: applicationStatusNames[status],
      decision: status === "approved" || status === "rejected" ? await decisionText(instanceId) : "",
    });
  const event: AdvanceInput = isReturned
    ? {
        kind: "decide",
        taskKey: await correctionTask(instanceId),
        outcome: "cancel",
        actor: deciderOf(actor),
      }
    : { kind: "message", name: "withdraw", actor: { accountId: actor.accountId } };
  await stepInstance(ctx, instanceId, { input: event, comment: "" });
  return { ok: true };
}
