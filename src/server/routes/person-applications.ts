import * as deregistrations from "../../shared/contracts/deregistrations.ts";
import * as transfers from "../../shared/contracts/transfers.ts";
import { reactivatePerson } from "../commands/people/reactivate-person.ts";
import { submitDeregistration } from "../commands/people/submit-deregistration.ts";
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
  command(deregistrations.submitDeregistration, submitDeregistration, presentSubmittedApplication),
  command(deregistrations.reactivatePerson, reactivatePerson),
];
