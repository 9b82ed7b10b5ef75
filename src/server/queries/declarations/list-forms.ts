import { formDefinitions, type FormDefinition } from "../../../rules/form-definition.ts";
import type { listForms as contract } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";

/**
 * Forms that people and employers declare with. The others come from elsewhere: plans (16) from their own process,
 * online courses (17) from their platforms.
 */
export const notDeclared: ReadonlySet<string> = new Set(["16", "17"]);

/** The learning forms of a year (default: the current one), as the conversion pack has them (DEC-01, DEC-16). */
export async function listForms(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ year: number; forms: FormDefinition[] }> {
  const year = input.year ?? yearOf(ctx.clock.now());
  const forms = formDefinitions(ctx.app.packs, { year }).filter(({ id }) => !notDeclared.has(id));
  return { year, forms };
}
