import * as transfers from "../../shared/contracts/transfers.ts";
import { acceptTransfer } from "../commands/transfers/accept-transfer.ts";
import { releasePeople } from "../commands/transfers/release-people.ts";
import { submitTransfer } from "../commands/transfers/submit-transfer.ts";
import { command, orchestration } from "../http/endpoint.ts";
import { presentSubmittedApplication } from "../presenters/application.ts";
import { presentReleases } from "../presenters/transfer.ts";

/** What people, or their units for them, apply for: transfer, changed data, deregistration, proration. */
export const personApplicationRoutes = [
  command(transfers.submitTransfer, submitTransfer, presentSubmittedApplication),
  orchestration(transfers.releasePeople, releasePeople, presentReleases),
  command(transfers.acceptTransfer, acceptTransfer, presentSubmittedApplication),
];
