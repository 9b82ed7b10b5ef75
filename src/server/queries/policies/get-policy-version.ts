import { type PolicyPack, PolicyPackModel } from "../../../models/policy-pack.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getPolicyVersion as contract } from "../../../shared/contracts/policies.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";

/** A published version with its text; `policy.version_not_found` (404). */
export async function getPolicyVersion(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<PolicyPack> {
  requireModule(requireActor(ctx), "policies:manage");
  return loadVersion(input);
}

/** Of two texts under one version (a release changed a shipped file) the one that was in force last. */
export async function loadVersion(of: { packId: string; packVersion: string }): Promise<PolicyPack> {
  const { packId, packVersion } = of;
  const filter = { packId, packVersion, status: { $in: ["published" as const, "superseded" as const] } };
  const found = await PolicyPackModel.findOne(filter).sort({ publishedAt: -1 }).lean<PolicyPack>();
  if (found === null) throw new AppError("policy.version_not_found");
  return found;
}
