import { type PolicyPack, PolicyPackModel } from "../../../models/policy-pack.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";

/** `<packId>@draft`: a pack has at most one. */
export function draftKey(packId: string): string {
  return `${packId}@draft`;
}

/** The draft of a pack; `policy.draft_not_found` (404) without one. */
export async function loadDraft(packId: string): Promise<PolicyPack> {
  const draft = await PolicyPackModel.findById(draftKey(packId)).lean<PolicyPack>();
  if (draft === null) throw new AppError("policy.draft_not_found");
  return draft;
}

/** What a check, a case run or a preview is of: the text that came along, or the draft. */
export async function textOf(
  ctx: CommandContext,
  input: { packId: string; text?: string | undefined },
): Promise<string> {
  requireModule(requireActor(ctx), "policies:manage");
  return input.text ?? (await loadDraft(input.packId)).text;
}
