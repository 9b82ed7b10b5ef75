import { MakeUpWindowModel } from "../../../models/make-up-window.ts";
import type { Person } from "../../../models/person.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import { regionsAround } from "../../../shared/dictionaries/regions.ts";
import type { CommandContext } from "../../command-context.ts";

type Declared = Pick<Person, "_id" | "scopeIds" | "regionCode">;

/** The open window of each person for a past year (PST-02), by person; none is asked for in the running year. */
export async function openWindows(
  ctx: CommandContext,
  people: readonly Declared[],
  year: number,
): Promise<ReadonlyMap<string, string>> {
  const now = ctx.clock.now();
  if (year >= yearOf(now)) return new Map();
  const today = isoDate(now);
  const targets = new Set(people.flatMap(targetsOf));
  const windows = await MakeUpWindowModel.find(
    { targetId: { $in: [...targets] }, year, to: { $gte: today }, from: { $lte: today }, closedAt: null },
    { targetId: 1 },
  )
    .sort({ openedAt: 1 })
    .limit(1000)
    .lean();
  const byTarget = new Map(windows.map(({ _id, targetId }) => [targetId, _id]));
  return new Map(
    people.flatMap((person) => {
      const found = targetsOf(person).find((target) => byTarget.has(target));
      return found === undefined ? [] : [[person._id, byTarget.get(found) ?? ""] as const];
    }),
  );
}

/** What a window may name to hold for a person: himself, a unit above him, or a region around his unit. */
function targetsOf({ _id, scopeIds, regionCode }: Declared): string[] {
  return [_id, ...scopeIds, ...regionsAround(regionCode)];
}
