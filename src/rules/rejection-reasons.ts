import { decideAll } from "./decide.ts";
import type { RulePacks } from "./load-packs.ts";

/**
 * The reasons that a reviewer may choose when he rejects an item of a process, in the policy's order (AUD-07). None
 * with a policy that was published before it gave any. Throws RuleError for an unknown process or year.
 */
export function rejectionReasons(
  packs: RulePacks,
  { process, year }: { process: string; year: number },
): string[] {
  const pack = packs.of["declaration-policy"];
  if (pack.pack.decisions?.["rejectionReasons"] === undefined) return [];
  const fired = decideAll({ pack, name: "rejectionReasons", year, facts: { process } });
  return fired.flatMap(({ event }) => (event.type === "refuse" ? [event.params.message] : []));
}
