import { OrganizationModel } from "../../../models/organization.ts";
import { type PolicyPack, PolicyPackModel } from "../../../models/policy-pack.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { publishPolicyPack as contract } from "../../../shared/contracts/policies.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizePublication } from "../../permissions/policies.ts";
import { requireSound } from "../../queries/policies/assess.ts";
import { loadDraft } from "../../queries/policies/load-draft.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { putInForce } from "./put-in-force.ts";

/**
 * Publishes the draft that was checked: it passes all checks once more, and answers on this node at once, on the others
 * within seconds. Errors: `policy.draft_not_found`, `policy.check_failed` with place and reason,
 * `policy.version_exists`, `request.conflict` when the draft was changed meanwhile.
 */
export async function publishPolicyPack(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<PolicyPack> {
  await requirePublisher(ctx);
  const draft = await loadDraft(input.packId);
  if (draft.sha256 !== input.sha256) throw new AppError("request.conflict");
  // Another node may have published a pack that this one has to fit with.
  await ctx.app.policies.refresh();
  const loaded = await requireSound(ctx.app.packs, input.packId, draft.text);
  const published = await runCommand(ctx.app, callerOf(ctx), async (step) => {
    const removed = await PolicyPackModel.deleteOne({ _id: draft._id, sha256: draft.sha256 });
    if (removed.deletedCount === 0) throw new AppError("request.conflict");
    return putInForce(step, { loaded, text: draft.text, note: input.note });
  });
  await ctx.app.policies.refresh();
  return published;
}

/** `permission.denied` (403) for anybody but the provincial bureau's policy officers. */
export async function requirePublisher(ctx: CommandContext): Promise<void> {
  const actor = requireActor(ctx);
  const own = await OrganizationModel.findById(actor.organizationId, { kind: 1, superiorId: 1 }).lean();
  authorizePublication(actor, own);
}
