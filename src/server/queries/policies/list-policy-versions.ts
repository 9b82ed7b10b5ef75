import { type PolicyPack, PolicyPackModel } from "../../../models/policy-pack.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listPolicyVersions as contract } from "../../../shared/contracts/policies.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";

/** Versions of a pack, the one in force first, then by when they last were. */
export async function listPolicyVersions(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Page<PolicyPack>> {
  requireModule(requireActor(ctx), "policies:manage");
  const { packId, page, pageSize } = input;
  const filter = { packId, status: { $in: ["published", "superseded"] } };
  return readPage(PolicyPackModel, filter, {
    page,
    pageSize,
    sort: { status: 1, publishedAt: -1, savedAt: -1 },
  });
}
