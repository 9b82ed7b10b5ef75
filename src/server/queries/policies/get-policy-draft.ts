import type { PolicyPack } from "../../../models/policy-pack.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getPolicyDraft as contract } from "../../../shared/contracts/policies.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { loadDraft } from "./load-draft.ts";

/** The draft of a pack, as it was saved. */
export async function getPolicyDraft(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<PolicyPack> {
  requireModule(requireActor(ctx), "policies:manage");
  return loadDraft(input.packId);
}
