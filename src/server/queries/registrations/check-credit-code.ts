import type { InputOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type { checkCreditCode as contract } from "../../../shared/contracts/registrations.ts";
import { suggestedNatures } from "../../../shared/credit-code.ts";
import type { CommandContext } from "../../command-context.ts";
import { limitRate } from "../../commands/limit-rate.ts";
import { holderOfCreditCode } from "../../commands/organizations/require-free-credit-code.ts";

/** Whether a valid credit code is free, who holds it otherwise (REG-23), and the natures that it suggests (REG-25). */
export async function checkCreditCode(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<ResponseOf<typeof contract>> {
  await limitRate(ctx, { action: "credit-code", key: ctx.address, limit: 60, windowSeconds: 60 });
  const taken = await holderOfCreditCode(input.creditCode);
  return {
    available: taken === null,
    holder: taken?.holder ?? null,
    contact: taken?.contact ?? null,
    suggestedNatures: suggestedNatures(input.creditCode),
  };
}
