import { createDraft, deleteDraft, getDraft, saveDraft } from "../../../shared/contracts/drafts.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { ApiError, callApi, newIdempotencyKey } from "../../api.ts";
import type { DraftSource } from "./draft-source.ts";

/** A draft on the server as this window knows it: who saves with an older version than the server's is refused. */
export interface DraftLink {
  id: string;
  version: number;
}

export interface DraftContent {
  title: string;
  content: string;
  fileIds: string[];
}

type SavedDraft = ResponseOf<typeof saveDraft>;

/** The requests about one draft, which know its place on the server. */
interface DraftRequests {
  link: DraftLink | null;
  /** Overwrites the draft, or makes one where there is none yet or one beside it is wanted. */
  write: (content: DraftContent, asNew: boolean) => Promise<SavedDraft>;
  /** When it was last saved, by whichever window; null when that cannot be found out. */
  lastSave: () => Promise<string | null>;
  remove: () => Promise<void>;
}

export function draftRequests(kind: DraftSource<object>["kind"], link: DraftLink | null): DraftRequests {
  let sent = { content: "", key: "" };
  const requests: DraftRequests = {
    link,
    write: async (content, asNew) => {
      const saved =
        requests.link !== null && !asNew ? await overwrite(requests.link, content) : await create(content);
      requests.link = { id: saved.id, version: saved.version };
      return saved;
    },
    lastSave: async () => {
      if (requests.link === null) return null;
      return await callApi(getDraft, { id: requests.link.id }).then(
        ({ savedAt }) => savedAt,
        () => null,
      );
    },
    remove: async () => {
      if (requests.link === null) return;
      await callApi(deleteDraft, { id: requests.link.id }).catch((error: unknown) => {
        if (!isCode(error, "draft.not_found")) throw error;
      });
    },
  };
  async function create(content: DraftContent): Promise<SavedDraft> {
    // The same content is one draft, also when the answer to the first attempt was lost.
    if (sent.content !== content.content) sent = { content: content.content, key: newIdempotencyKey() };
    return await callApi(createDraft, { kind, ...content }, { idempotencyKey: sent.key });
  }
  return requests;
}

/** An own save whose answer was lost looks like another window's: the content tells them apart. */
async function overwrite(link: DraftLink, content: DraftContent): Promise<SavedDraft> {
  try {
    return await callApi(saveDraft, { ...link, ...content });
  } catch (error) {
    if (!isCode(error, "draft.changed")) throw error;
    const stored = await callApi(getDraft, { id: link.id });
    if (stored.content !== content.content) throw error;
    return stored;
  }
}

/** True for a refusal by the server with this code. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code;
}
