import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import type { Draft } from "../use-draft.ts";
import { draftRequests, isCode, type DraftContent, type DraftLink } from "./draft-requests.ts";
import type { DraftSource } from "./draft-source.ts";

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
  const { copy, keptAt } = start;
  const queries = useQueryClient();
  const value = useRef(copy === null ? null : copy.value);
  const [requests] = useState(() => draftRequests(source.kind, copy === null ? null : copy.link));
  const running = useRef<Promise<boolean> | null>(null);
  const [state, setState] = useState(() => stateOf(start));
  const change = (part: Partial<State>) => setState((old) => ({ ...old, ...part }));
  const { save: keep, discard: drop } = local;
  const listAgain = () => void queries.invalidateQueries({ queryKey: ["listDrafts", source.kind] });

  const note = useCallback(
    (next: Value) => {
      value.current = next;
      keep({ value: next, link: requests.link, unsaved: true });
      setState((old) => ({ ...old, unsaved: true }));
    },
    [keep, requests],
  );

  async function send(asNew: boolean): Promise<boolean> {
    const saved = value.current;
    if (saved === null) return true;
    change({ saving: true, problem: null, changedAt: null });
    try {
      const { savedAt, expiresAt } = await requests.write(contentOf(source, saved), asNew);
      // What was typed meanwhile is not saved yet.
      const unsaved = value.current !== saved;
      keep({ value: value.current ?? saved, link: requests.link, unsaved });
      change({ unsaved, saving: false, savedAt, expiresAt, lost: false });
      listAgain();
      return !unsaved;
    } catch (problem) {
      const changedAt = isCode(problem, "draft.changed") ? await requests.lastSave() : null;
      change({ saving: false, problem, changedAt });
      return false;
    }
  }

  function once(asNew: boolean): Promise<boolean> {
    running.current ??= send(asNew).finally(() => {
      running.current = null;
    });
    return running.current;
  }

  return {
    restored: copy !== null,
    keptAt,
    initial: copy === null ? null : copy.value,
    id: requests.link?.id,
    ...state,
    note,
    save: () => once(false),
    saveAsNew: () => once(true),
    discard: async () => {
      await requests.remove();
      listAgain();
      drop();
    },
    forget: drop,
    unlink: () => {
      requests.link = null;
      if (value.current !== null) keep({ value: value.current, link: null, unsaved: true });
      change({ unsaved: true, savedAt: null, expiresAt: null, lost: true });
    },
  };
}

function stateOf({ copy, keptAt, expiresAt }: DraftStart<unknown>): State {
  const unsaved = copy !== null && copy.unsaved;
  return {
    unsaved,
    saving: false,
    savedAt: copy !== null && !unsaved ? keptAt : null,
    expiresAt,
    problem: null,
    changedAt: null,
    lost: false,
  };
}

function contentOf<Value extends object>(source: DraftSource<Value>, value: Value): DraftContent {
  return {
    title: source.titleOf(value).trim().slice(0, 200),
    content: JSON.stringify(value),
    fileIds: [...new Set(source.filesOf(value))].slice(0, 20),
  };
}
