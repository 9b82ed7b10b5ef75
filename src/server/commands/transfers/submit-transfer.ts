import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { submitTransfer as contract } from "../../../shared/contracts/transfers.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { loadOwnPerson } from "../people/load-applying-person.ts";
import { startTransfer } from "./start-transfer.ts";
import type { Transfer } from "./transfer-data.ts";

/** 「单位调转」 by the person: the old unit releases, then the new one confirms (TRF-02). Errors: `startTransfer`'s. */
export async function submitTransfer(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Transfer> {
  const applying = await loadOwnPerson(requireActor(ctx));
  return await startTransfer(ctx, applying, { input, way: "person" });
}
