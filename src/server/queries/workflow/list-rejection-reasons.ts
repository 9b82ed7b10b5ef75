import { rejectionReasons } from "../../../rules/rejection-reasons.ts";
import type { InputOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type { listRejectionReasons as contract } from "../../../shared/contracts/workflow.ts";
import { yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";

/** What a reviewer may choose from when he rejects, as this year's policy has it (AUD-07). */
export async function listRejectionReasons(
  ctx: CommandContext,
  { processKey }: InputOf<typeof contract>,
): Promise<ResponseOf<typeof contract>> {
  const year = yearOf(ctx.clock.now());
  return { reasons: rejectionReasons(ctx.app.packs, { process: processKey, year }) };
}
