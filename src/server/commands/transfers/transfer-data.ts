import type { Application } from "../../../models/application.ts";
import type { TransferData } from "../../../shared/contracts/transfers.ts";

export type Transfer = Application<TransferData>;

/** The diagram's step in which the new unit confirms. */
export const acceptStep = "accept";
