import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { done, id, idParams, pageOf, paging, text } from "./fields.ts";

/** Drafts of declarations, training plans and changes of one's own data (DEC-14, PLN-08). Only their owner knows of them. */

/** Drafts of one kind that one person keeps in one role. */
export const mostDrafts = 20;
const mostCharacters = 60_000;

export const draftKind = z.enum(["declaration", "training-plan", "profile-change"], "草稿种类不正确");

const draftRow = z.object({
  id: z.string(),
  kind: draftKind,
  title: z.string(),
  savedAt: z.string(),
  expiresAt: z.string(),
  /** to be sent with the next save: of two windows only one overwrites */
  version: z.number(),
});
const draftView = draftRow.extend({ content: z.string() });

const saved = {
  title: text(200, 0),
  /** what the page holds, as JSON; nothing in it counts before it is submitted */
  content: z.string().max(mostCharacters, "草稿内容过长").refine(isJsonObject, "草稿内容应为 JSON 对象"),
  /** own uploads that the draft keeps */
  fileIds: z.array(id).max(20, "一份草稿最多20个文件").default([]),
};

/** What a page keeps as JSON is an object. */
export function isJsonObject(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

export const createDraft = defineEndpoint({
  id: "createDraft",
  method: "POST",
  path: "/drafts",
  summary: "保存新的草稿（学时申报、培训计划、个人信息修改）",
  access: "session",
  body: z.strictObject({ kind: draftKind, ...saved }),
  response: draftRow,
  errors: [
    "permission.denied",
    "draft.too_many",
    "file.not_found",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const saveDraft = defineEndpoint({
  id: "saveDraft",
  method: "PUT",
  path: "/drafts/:id",
  summary: "覆盖本人的草稿",
  access: "session",
  params: idParams,
  body: z.strictObject({ ...saved, version: z.number().int().min(0) }),
  response: draftRow,
  errors: ["permission.denied", "draft.not_found", "draft.changed", "file.not_found", "request.conflict"],
});

export const listDrafts = defineEndpoint({
  id: "listDrafts",
  method: "GET",
  path: "/drafts",
  summary: "本人的草稿，最近保存的在前",
  access: "session",
  query: z.strictObject({ kind: draftKind, ...paging }),
  response: pageOf(draftRow),
  errors: [],
});

export const getDraft = defineEndpoint({
  id: "getDraft",
  method: "GET",
  path: "/drafts/:id",
  summary: "本人的一份草稿",
  access: "session",
  params: idParams,
  response: draftView,
  errors: ["draft.not_found"],
});

export const deleteDraft = defineEndpoint({
  id: "deleteDraft",
  method: "DELETE",
  path: "/drafts/:id",
  summary: "删除本人的草稿",
  access: "session",
  params: idParams,
  response: done,
  errors: ["draft.not_found", "request.conflict"],
});
