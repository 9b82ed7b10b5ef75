import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { previewDefinitionPositions as contract } from "../../../shared/contracts/workflow-definitions.ts";
import type { Assessment } from "../../../workflows/check/assess.ts";
import type { CommandContext } from "../../command-context.ts";
import { requireSound } from "./assess.ts";
import { xmlOf } from "./load-draft.ts";

/** Every position that a sound definition can reach; `definition.check_failed` (409) for one with errors. */
export async function previewDefinitionPositions(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Assessment> {
  return requireSound(input.key, await xmlOf(ctx, input));
}
