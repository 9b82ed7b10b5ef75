import type { Declaration } from "../../../models/declaration.ts";
import { WorkflowTask } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type withdrawDeclaration as contract } from "../../../shared/contracts/declaration-changes.ts";
import { declarationStatusNames } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { AdvanceInput } from "../../../workflows/runtime/store.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { decisionText } from "../workflow/decision-text.ts";
import { deciderOf } from "../workflow/decide-task.ts";
import { stepInstance } from "../workflow/step-instance.ts";
import { loadOwnDeclaration } from "./load-own-declaration.ts";

/**
 * Withdraws a declaration before its final approval, or gives a rejected one up (DEC-14). The service behind the
 * diagram's step changes the declaration. Errors: as `loadOwnDeclaration`; `declaration.not_withdrawable` (409).
 */
export async function withdrawDeclaration(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  const declaration = await loadOwnDeclaration(ctx, input.id);
  const { status, instanceId } = declaration;
  if (status !== "pending" && status !== "rejected") throw await notWithdrawable(declaration);
  const event = status === "pending" ? withdrawal(actor) : await givingUp(actor, instanceId);
  await stepInstance(ctx, instanceId, { input: event, comment: "" });
  return { ok: true };
}

function withdrawal(actor: Actor): AdvanceInput {
  return { kind: "message", name: "withdraw", actor: { accountId: actor.accountId } };
}

async function givingUp(actor: Actor, instanceId: string): Promise<AdvanceInput> {
  const taskKey = await correctionTask(instanceId);
  return { kind: "decide", taskKey, outcome: "cancel", actor: deciderOf(actor) };
}

/** Key of the open task 修改后重新提交 of a rejected declaration. */
export async function correctionTask(instanceId: string): Promise<string> {
  const open = { instanceId, elementId: "resubmit", status: "open" as const };
  const task = await WorkflowTask.findOne(open, { key: 1 }).lean();
  if (task === null) throw new AppError("request.conflict");
  return task.key;
}

async function notWithdrawable({
  status,
  instanceId,
}: Pick<Declaration, "status" | "instanceId">): Promise<AppError> {
  const decision = status === "approved" ? await decisionText(instanceId) : "";
  return new AppError("declaration.not_withdrawable", { status: declarationStatusNames[status], decision });
}
