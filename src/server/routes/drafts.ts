import * as contracts from "../../shared/contracts/drafts.ts";
import { createDraft } from "../commands/drafts/create-draft.ts";
import { deleteDraft } from "../commands/drafts/delete-draft.ts";
import { saveDraft } from "../commands/drafts/save-draft.ts";
import { command, query } from "../http/endpoint.ts";
import { presentDraft, presentDraftRow, presentDrafts } from "../presenters/draft.ts";
import { getDraft } from "../queries/drafts/get-draft.ts";
import { listDrafts } from "../queries/drafts/list-drafts.ts";

/** What is not submitted yet. */
export const draftRoutes = [
  command(contracts.createDraft, createDraft, presentDraftRow),
  query(contracts.listDrafts, listDrafts, presentDrafts),
  query(contracts.getDraft, getDraft, presentDraft),
  command(contracts.saveDraft, saveDraft, presentDraftRow),
  command(contracts.deleteDraft, deleteDraft),
];
