import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** Filters, page and sort live in the address, so that going back restores them and a link opens the same list. */
export interface UrlState {
  values: Record<string, string>;
  page: number;
  pageSize: number;
  /** where a list without page numbers goes on */
  after: string | undefined;
  /** Sets or (with "" or undefined) removes values; any change of a filter goes back to page 1. */
  set: (changes: Record<string, string | undefined>) => void;
  /** Removes the named values and the page. */
  clear: (names: readonly string[]) => void;
  setPage: (page: number, pageSize: number) => void;
  setAfter: (after: string | undefined) => void;
}

export function useUrlState(): UrlState {
  const [params, setParams] = useSearchParams();
  const values = useMemo(() => Object.fromEntries(params.entries()), [params]);
  const change = useCallback(
    (changes: Record<string, string | undefined>, stay = false) => {
      // The address itself, not what was drawn last: two changes in quick succession must both hold.
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined || value === "") next.delete(name);
        else next.set(name, value);
      }
      // A tab or filter leaves the page where it is; another page of a list begins at its top.
      setParams(next, { preventScrollReset: stay });
    },
    [setParams],
  );
  const set = useCallback(
    (changes: Record<string, string | undefined>) =>
      change({ ...changes, page: undefined, after: undefined }, true),
    [change],
  );
  const clear = useCallback(
    (names: readonly string[]) => set(Object.fromEntries(names.map((name) => [name, undefined]))),
    [set],
  );
  const setPage = useCallback(
    (page: number, pageSize: number) =>
      change({ page: page === 1 ? undefined : String(page), pageSize: String(pageSize) }),
    [change],
  );
  const setAfter = useCallback((after: string | undefined) => change({ after }), [change]);
  return {
    values,
    page: whole(values["page"], 1),
    pageSize: whole(values["pageSize"], 20),
    after: values["after"],
    set,
    clear,
    setPage,
    setAfter,
  };
}

function whole(text: string | undefined, fallback: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}
