import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { urgeRegistration as contract } from "../../../shared/contracts/registration-changes.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { type Urged, urgeHolders } from "../instances/urge-instance.ts";
import { loadPendingOfApplicant } from "./load-pending-of-applicant.ts";

/**
 * 催办 of a pending registration, once in 24 hours (PRG-09). Errors: as `loadPendingOfApplicant`;
 * `instance.urged_already` (429) with when it is possible again.
 */
export async function urgeRegistration(ctx: CommandContext, input: InputOf<typeof contract>): Promise<Urged> {
  const { instanceId } = await loadPendingOfApplicant(ctx, input);
  return runCommand(ctx.app, callerOf(ctx), (step) => urgeHolders(step, instanceId));
}
