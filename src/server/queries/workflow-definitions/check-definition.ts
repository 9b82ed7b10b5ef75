import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { checkDefinition as contract } from "../../../shared/contracts/workflow-definitions.ts";
import type { Assessment } from "../../../workflows/check/assess.ts";
import { definitionHash } from "../../../workflows/runtime/definition.ts";
import type { CommandContext } from "../../command-context.ts";
import { assess } from "./assess.ts";
import { xmlOf } from "./load-draft.ts";

/** Checks an XML, or the draft. Whatever is wrong with it is a finding, never an error; ends within five seconds. */
export async function checkDefinition(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Assessment & { sha256: string }> {
  const xml = await xmlOf(ctx, input);
  return { ...(await assess(input.key, xml)), sha256: definitionHash(xml) };
}
