import type { Draft } from "../../models/draft.ts";
import type {
  createDraft as rowContract,
  getDraft as viewContract,
  listDrafts as listContract,
} from "../../shared/contracts/drafts.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type { DraftLine } from "../queries/drafts/list-drafts.ts";
import type { Page } from "../queries/page.ts";

export function presentDraftRow(draft: DraftLine): ResponseOf<typeof rowContract> {
  const { _id, kind, title, savedAt, expiresAt, version } = draft;
  const times = { savedAt: savedAt.toISOString(), expiresAt: expiresAt.toISOString() };
  return { id: _id, kind, title, ...times, version };
}

export function presentDraft(draft: Draft): ResponseOf<typeof viewContract> {
  return { ...presentDraftRow(draft), content: draft.content };
}

export function presentDrafts(page: Page<DraftLine>): ResponseOf<typeof listContract> {
  return { ...page, rows: page.rows.map(presentDraftRow) };
}
