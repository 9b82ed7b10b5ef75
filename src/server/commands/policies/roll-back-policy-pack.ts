import { type PolicyPack, PolicyPackModel } from "../../../models/policy-pack.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { rollBackPolicyPack as contract } from "../../../shared/contracts/policies.ts";
import type { CommandContext } from "../../command-context.ts";
import { requireSound } from "../../queries/policies/assess.ts";
import { loadVersion } from "../../queries/policies/get-policy-version.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";
import { enqueueFollowing } from "./follow-policy.ts";
import { requirePublisher } from "./publish-policy-pack.ts";
import { authorOf, supersede } from "./put-in-force.ts";

/**
 * Puts an earlier version in force again, after it has passed the checks together with today's other packs; stored years
 * follow. Errors:
 * `policy.version_not_found`, `policy.already_current`, `policy.check_failed`, `request.conflict`.
 */
export async function rollBackPolicyPack(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<PolicyPack> {
  await requirePublisher(ctx);
  const version = await loadVersion(input);
  if (version.status === "published") throw new AppError("policy.already_current");
  await ctx.app.policies.refresh();
  const loaded = await requireSound(ctx.app.packs, input.packId, version.text);
  const restored = await runCommand(ctx.app, callerOf(ctx), async (step) => {
    await enqueueFollowing(step, loaded);
    return restore(step, version, input.note);
  });
  await ctx.app.policies.refresh();
  return restored;
}

async function restore(ctx: CommandContext, version: PolicyPack, note: string): Promise<PolicyPack> {
  const { _id, packId, sha256 } = version;
  await supersede(packId);
  const restored = await PolicyPackModel.findOneAndUpdate(
    { _id, status: "superseded" },
    {
      $set: { status: "published", publishedAt: ctx.clock.now(), publishedBy: authorOf(ctx), note },
      $inc: { version: 1 },
    },
    { returnDocument: "after" },
  ).lean<PolicyPack>();
  if (restored === null) throw new AppError("request.conflict");
  const packVersion = version.packVersion ?? "";
  await recordAudit(ctx, "policy.rolled_back", {
    subjectId: packId,
    data: { packId, packVersion, sha256, note },
  });
  return restored;
}
