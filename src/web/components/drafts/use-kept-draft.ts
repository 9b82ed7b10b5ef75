import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { createDraft, deleteDraft, getDraft, saveDraft } from "../../../shared/contracts/drafts.ts";
import { ApiError, callApi, newIdempotencyKey } from "../../api.ts";
import type { Draft } from "../use-draft.ts";
import type { DraftSource } from "./draft-source.ts";

/** A draft on the server as this window knows it: who saves with an older version than the server's is refused. */
export interface DraftLink {
  id: string;
  version: number;
}

/** What this browser keeps as it is typed, so that a lost session, a crash or a closed window costs nothing (LOG-15). */
export interface KeptCopy<Value> {
  value: Value;
  link: DraftLink | null;
  /** changed since it was last saved on the server */
  unsaved: boolean;
}

/** What a form begins with. */
export interface DraftStart<Value> {
  copy: KeptCopy<Value> | null;
  keptAt: string | null;
  expiresAt: string | null;
}

/** What the parts around a form know of its draft. */
export interface DraftHandle {
  /** whether the form began with something that was kept */
  restored: boolean;
  /** when that was kept */
  keptAt: string | null;
  /** to be sent with the submission: the draft is gone with it */
  id: string | undefined;
  unsaved: boolean;
  saving: boolean;
  savedAt: string | null;
  expiresAt: string | null;
  /** why it could not be saved, until the next attempt */
  problem: unknown;
  /** when another window saved it, where that is the problem */
  changedAt: string | null;
  /** a submission found that the server has no such draft any more */
  lost: boolean;
  /** Answers whether everything is on the server now. */
  save: () => Promise<boolean>;
  /** As a draft of its own, beside the one that another window has changed. */
  saveAsNew: () => Promise<boolean>;
  /** Gives it up, here and on the server. */
  discard: () => Promise<void>;
  /** Forgets this browser's copy; what is on the server stays there. */
  forget: () => void;
  /** The server has no such draft any more: the next submission goes without it. */
  unlink: () => void;
}

/** The draft of one form: kept in this browser with every change, on the server when it is saved (DEC-14, PLN-08). */
export interface KeptDraft<Value> extends DraftHandle {
  /** what the form begins with, or null for an empty one */
  initial: Value | null;
  note: (value: Value) => void;
}

interface State {
  unsaved: boolean;
  saving: boolean;
  savedAt: string | null;
  expiresAt: string | null;
  problem: unknown;
  changedAt: string | null;
  lost: boolean;
}

export function useKeptDraft<Value extends object>(
  source: DraftSource<Value>,
  local: Draft<KeptCopy<Value>>,
  start: DraftStart<Value>,
): KeptDraft<Value> {
  const queries = useQueryClient();
  const value = useRef(start.copy?.value ?? null);
  const link = useRef(start.copy?.link ?? null);
  const running = useRef<Promise<boolean> | null>(null);
  const sent = useRef({ content: "", key: "" });
  const [state, setState] = useState<State>({
    unsaved: start.copy?.unsaved ?? false,
    saving: false,
    savedAt: start.copy?.unsaved === false ? start.keptAt : null,
    expiresAt: start.expiresAt,
    problem: null,
    changedAt: null,
    lost: false,
  });
  const { save: keep, discard: drop } = local;

  const note = useCallback(
    (next: Value) => {
      value.current = next;
      keep({ value: next, link: link.current, unsaved: true });
      setState((old) => ({ ...old, unsaved: true }));
    },
    [keep],
  );

  async function send(asNew: boolean): Promise<boolean> {
    const saved = value.current;
    if (saved === null) return true;
    setState((old) => ({ ...old, saving: true, problem: null, changedAt: null }));
    try {
      const row = await write(asNew, contentOf(source, saved));
      link.current = { id: row.id, version: row.version };
      // What was typed meanwhile is not saved yet.
      const unsaved = value.current !== saved;
      keep({ value: value.current ?? saved, link: link.current, unsaved });
      const { savedAt, expiresAt } = row;
      setState({ unsaved, saving: false, savedAt, expiresAt, problem: null, changedAt: null, lost: false });
      void queries.invalidateQueries({ queryKey: ["listDrafts", source.kind] });
      return !unsaved;
    } catch (problem) {
      const changedAt = isCode(problem, "draft.changed") ? await otherSave() : null;
      setState((old) => ({ ...old, saving: false, problem, changedAt }));
      return false;
    }
  }

  async function write(asNew: boolean, content: ReturnType<typeof contentOf>) {
    if (link.current !== null && !asNew) return overwrite(link.current, content);
    // The same content is one draft, also when the answer to the first attempt was lost.
    if (sent.current.content !== content.content)
      sent.current = { content: content.content, key: newIdempotencyKey() };
    const body = { kind: source.kind, ...content };
    return callApi(createDraft, body, { idempotencyKey: sent.current.key });
  }

  async function otherSave(): Promise<string | null> {
    if (link.current === null) return null;
    return await callApi(getDraft, { id: link.current.id }).then(
      ({ savedAt }) => savedAt,
      () => null,
    );
  }

  function once(asNew: boolean): Promise<boolean> {
    running.current ??= send(asNew).finally(() => {
      running.current = null;
    });
    return running.current;
  }

  async function discard(): Promise<void> {
    if (link.current !== null) {
      await callApi(deleteDraft, { id: link.current.id }).catch((error: unknown) => {
        if (!isCode(error, "draft.not_found")) throw error;
      });
      void queries.invalidateQueries({ queryKey: ["listDrafts", source.kind] });
    }
    drop();
  }

  return {
    restored: start.copy !== null,
    keptAt: start.keptAt,
    initial: start.copy?.value ?? null,
    id: link.current?.id,
    ...state,
    note,
    save: () => once(false),
    saveAsNew: () => once(true),
    discard,
    forget: drop,
    unlink: () => {
      link.current = null;
      if (value.current !== null) keep({ value: value.current, link: null, unsaved: true });
      setState((old) => ({ ...old, unsaved: true, savedAt: null, expiresAt: null, lost: true }));
    },
  };
}

function contentOf<Value extends object>(source: DraftSource<Value>, value: Value) {
  return {
    title: source.titleOf(value).trim().slice(0, 200),
    content: JSON.stringify(value),
    fileIds: [...new Set(source.filesOf(value))].slice(0, 20),
  };
}

/** An own save whose answer was lost looks like another window's: the content tells them apart. */
async function overwrite(link: DraftLink, content: ReturnType<typeof contentOf>) {
  try {
    return await callApi(saveDraft, { ...link, ...content });
  } catch (error) {
    if (!isCode(error, "draft.changed")) throw error;
    const stored = await callApi(getDraft, { id: link.id });
    if (stored.content !== content.content) throw error;
    return stored;
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code;
}
