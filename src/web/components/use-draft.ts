import { useCallback, useEffect, useRef, useState } from "react";
import { useBlocker } from "react-router";

/**
 * Drafts of forms in this browser, for 30 days (REG-30). Never a password, a captcha or a whole identity number:
 * the caller says which values are kept.
 */
const lifetimeMs = 30 * 24 * 60 * 60 * 1000;

interface Stored<Value> {
  savedAt: number;
  value: Value;
}

export interface Draft<Value> {
  /** What was found when the page opened, or null. */
  found: Value | null;
  savedAt: Date | null;
  save: (value: Value) => void;
  discard: () => void;
}

export function useDraft<Value>(name: string): Draft<Value> {
  const key = `xueshi.draft.${name}`;
  const [initial] = useState(() => read<Value>(key));
  const [savedAt, setSavedAt] = useState<Date | null>(initial === null ? null : new Date(initial.savedAt));
  const save = useCallback(
    (value: Value) => {
      const now = Date.now();
      write(key, { savedAt: now, value });
      setSavedAt(new Date(now));
    },
    [key],
  );
  const discard = useCallback(() => {
    localStorage.removeItem(key);
    setSavedAt(null);
  }, [key]);
  return { found: initial?.value ?? null, savedAt, save, discard };
}

function read<Value>(key: string): Stored<Value> | null {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? "null") as Stored<Value> | null;
    return stored !== null && Date.now() - stored.savedAt < lifetimeMs ? stored : null;
  } catch {
    return null;
  }
}

function write(key: string, stored: Stored<unknown>): void {
  try {
    localStorage.setItem(key, JSON.stringify(stored));
  } catch {
    // A full or forbidden store costs the draft, not the form.
  }
}

/** Asks before a form with unsent content is left, inside the platform and when the window closes. */
export function useLeaveWarning(unsent: boolean): ReturnType<typeof useBlocker> {
  const current = useRef(unsent);
  current.current = unsent;
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (current.current) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, []);
  return useBlocker(
    ({ currentLocation, nextLocation }) =>
      current.current && currentLocation.pathname !== nextLocation.pathname,
  );
}
