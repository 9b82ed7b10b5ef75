import type { checkClassRoster as contract } from "../../../shared/contracts/base-classes.ts";
import type { InputOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { requireBase } from "../../commands/base-classes/base-class.ts";
import { matchRoster } from "../../commands/base-classes/match-roster.ts";

/** What would be said of a roster, before the class is reported; nothing is written (BAS-05). Errors as `matchRoster`. */
export async function checkClassRoster(
  ctx: CommandContext,
  { roster, ...about }: InputOf<typeof contract>,
): Promise<ResponseOf<typeof contract>> {
  const { organizationName: baseName } = requireBase(ctx);
  const { matches, problems } = await matchRoster(ctx, { ...about, baseName }, roster);
  const accepted = matches.filter(({ result }) => result === "passed").length;
  return { rows: roster.length, accepted, problems };
}
