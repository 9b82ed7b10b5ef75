import * as contracts from "../../shared/contracts/registration-drafts.ts";
import { createRegistrationDraft } from "../commands/registration-drafts/create-registration-draft.ts";
import { deleteRegistrationDraft } from "../commands/registration-drafts/delete-registration-draft.ts";
import { resumeRegistrationDrafts } from "../commands/registration-drafts/resume-registration-drafts.ts";
import { saveRegistrationDraft } from "../commands/registration-drafts/save-registration-draft.ts";
import { command, orchestration } from "../http/endpoint.ts";
import {
  presentCreatedDraft,
  presentResumedDrafts,
  presentSavedDraft,
} from "../presenters/registration-draft.ts";

/** What is kept of a registration before it is submitted. What holds a token is never kept for a repeated submit. */
export const registrationDraftRoutes = [
  orchestration(contracts.createRegistrationDraft, createRegistrationDraft, presentCreatedDraft, {
    keepAnswer: false,
  }),
  orchestration(contracts.resumeRegistrationDrafts, resumeRegistrationDrafts, presentResumedDrafts, {
    keepAnswer: false,
  }),
  command(contracts.saveRegistrationDraft, saveRegistrationDraft, presentSavedDraft),
  command(contracts.deleteRegistrationDraft, deleteRegistrationDraft),
];
