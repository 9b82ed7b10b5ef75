import { PolicyPackModel } from "../../../models/policy-pack.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { deletePolicyDraft as contract } from "../../../shared/contracts/policies.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { draftKey } from "../../queries/policies/load-draft.ts";
import { recordAudit } from "../record-audit.ts";

/** Gives the draft of a pack up; `policy.draft_not_found` (404) without one. */
export async function deletePolicyDraft(
  ctx: CommandContext,
  { packId }: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  requireModule(requireActor(ctx), "policies:manage");
  const removed = await PolicyPackModel.deleteOne({ _id: draftKey(packId) });
  if (removed.deletedCount === 0) throw new AppError("policy.draft_not_found");
  await recordAudit(ctx, "policy.draft_removed", { subjectId: packId, data: { packId } });
  return { ok: true };
}
