import { createHash } from "node:crypto";
import type { PackAssessment } from "../../../rules/assess-pack.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { checkPolicyPack as contract } from "../../../shared/contracts/policies.ts";
import type { CommandContext } from "../../command-context.ts";
import { assess } from "./assess.ts";
import { textOf } from "./load-draft.ts";

/** Checks a text, or the draft, against the packs in force. Whatever is wrong with it is a finding, never an error. */
export async function checkPolicyPack(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<PackAssessment & { sha256: string }> {
  const text = await textOf(ctx, input);
  const assessment = await assess(ctx.app.packs, input.packId, text);
  return { ...assessment, sha256: createHash("sha256").update(text).digest("hex") };
}
