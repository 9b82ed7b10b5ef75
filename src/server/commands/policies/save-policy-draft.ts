import { createHash } from "node:crypto";
import { type PolicyPack, PolicyPackModel } from "../../../models/policy-pack.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { savePolicyDraft as contract } from "../../../shared/contracts/policies.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { draftKey } from "../../queries/policies/load-draft.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Keeps the draft of a pack, readable or not: an unfinished text is no loss. `request.conflict` (409) when somebody
 * saved another draft after the one that was edited.
 */
export async function savePolicyDraft(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<PolicyPack> {
  const actor = requireActor(ctx);
  requireModule(actor, "policies:manage");
  const _id = draftKey(input.packId);
  const earlier = await PolicyPackModel.findById(_id, { sha256: 1, version: 1 }).lean();
  if ((earlier?.sha256 ?? null) !== input.basedOn) throw new AppError("request.conflict");
  const draft = draftOf(ctx, actor, input);
  if (earlier === null) await PolicyPackModel.create([draft]);
  else
    await PolicyPackModel.replaceOne(
      { _id, version: earlier.version },
      { ...draft, version: earlier.version + 1 },
    );
  await recordAudit(ctx, "policy.drafted", {
    subjectId: input.packId,
    data: { packId: input.packId, sha256: draft.sha256 },
  });
  return draft;
}

function draftOf(
  ctx: CommandContext,
  { accountId, name }: Actor,
  { packId, text }: { packId: string; text: string },
): PolicyPack {
  return {
    _id: draftKey(packId),
    packId,
    packVersion: null,
    sha256: createHash("sha256").update(text).digest("hex"),
    text,
    status: "draft",
    shipped: false,
    savedAt: ctx.clock.now(),
    savedBy: { accountId, name },
    publishedAt: null,
    publishedBy: null,
    note: "",
    version: 0,
  };
}
