import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { calculateHours } from "../../../shared/contracts/declarations.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi } from "../../api.ts";
import { calculationsOf, type DeclareValues, type Situation } from "./declare-model.ts";
import type { Hours } from "./hours-text.ts";

export interface LiveGroup {
  /** whose hours these are; empty: one's own */
  names: string[];
  answer: ResponseOf<typeof calculateHours> | undefined;
  error: unknown;
  busy: boolean;
}

export interface LiveHours {
  groups: LiveGroup[];
  busy: boolean;
  /** the least that any of the people gets: what may be lowered from, or null while unknown (DEC-11) */
  computed: Hours | null;
}

/** Asks the rules what the answers so far are worth, 400 ms after the last keystroke. */
export function useLiveHours(situation: Situation, values: DeclareValues): LiveHours {
  const wanted = JSON.stringify(calculationsOf(situation, values));
  const settled = useSettled(wanted, 400);
  const calculations = JSON.parse(settled) as ReturnType<typeof calculationsOf>;
  const results = useQueries({
    queries: calculations.slice(0, 20).map(({ request }) => ({
      queryKey: ["calculateHours", request],
      queryFn: () => callApi(calculateHours, request),
      placeholderData: keepPreviousData,
      staleTime: 60_000,
      retry: false,
    })),
  });
  const groups = results.map((result, index) => ({
    names: calculations[index]?.names ?? [],
    answer: result.data,
    error: result.error,
    busy: result.isFetching,
  }));
  return {
    groups,
    busy: wanted !== settled || groups.some((group) => group.busy),
    computed: leastOf(groups),
  };
}

function leastOf(groups: readonly LiveGroup[]): Hours | null {
  const hours = groups.map((group) => group.answer?.hours ?? null);
  if (hours.length === 0) return null;
  const known = hours.filter((one): one is Hours => one !== null);
  if (known.length < hours.length) return null;
  return {
    public: Math.min(...known.map((one) => one.public)),
    professional: Math.min(...known.map((one) => one.professional)),
  };
}

function useSettled(value: string, delayMs: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}
