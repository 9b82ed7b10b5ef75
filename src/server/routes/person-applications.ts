import * as adjustments from "../../shared/contracts/adjustments.ts";
import * as deregistrations from "../../shared/contracts/deregistrations.ts";
import * as profile from "../../shared/contracts/profile-changes.ts";
import * as transfers from "../../shared/contracts/transfers.ts";
import { resubmitAdjustment } from "../commands/adjustments/resubmit-adjustment.ts";
import { revokeAdjustment } from "../commands/adjustments/revoke-adjustment.ts";
import { submitAdjustment } from "../commands/adjustments/submit-adjustment.ts";
import { reactivatePerson } from "../commands/people/reactivate-person.ts";
import { saveContactData } from "../commands/people/save-contact-data.ts";
import { submitDeregistration } from "../commands/people/submit-deregistration.ts";
import { submitProfileChange } from "../commands/people/submit-profile-change.ts";
import { acceptTransfer } from "../commands/transfers/accept-transfer.ts";
import { objectToTransfer } from "../commands/transfers/object-to-transfer.ts";
import { releasePeople } from "../commands/transfers/release-people.ts";
import { submitTransfer } from "../commands/transfers/submit-transfer.ts";
import { command, orchestration, query } from "../http/endpoint.ts";
import { presentSubmittedApplication } from "../presenters/application.ts";
import { presentProfile } from "../presenters/profile.ts";
import { presentReleases } from "../presenters/transfer.ts";

import { getOwnProfile } from "../queries/people/get-own-profile.ts";

/** What people, or their units for them, apply for: transfer, changed data, deregistration, proration. */
export const personApplicationRoutes = [
  command(transfers.submitTransfer, submitTransfer, presentSubmittedApplication),
  orchestration(transfers.releasePeople, releasePeople, presentReleases),
  command(transfers.acceptTransfer, acceptTransfer, presentSubmittedApplication),
  command(transfers.objectToTransfer, objectToTransfer),
  query(profile.getOwnProfile, getOwnProfile, presentProfile),
  command(profile.submitProfileChange, submitProfileChange, presentSubmittedApplication),
  command(profile.saveContactData, saveContactData),
  command(deregistrations.submitDeregistration, submitDeregistration, presentSubmittedApplication),
  command(deregistrations.reactivatePerson, reactivatePerson),
  command(adjustments.submitAdjustment, submitAdjustment, presentSubmittedApplication),
  command(adjustments.resubmitAdjustment, resubmitAdjustment, presentSubmittedApplication),
  command(adjustments.revokeAdjustment, revokeAdjustment),
];
