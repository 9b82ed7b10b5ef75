import { rowDeterminer } from "../../../rules/determine-rows.ts";
import type { AnnualResult } from "../../../rules/determine-year.ts";
import { type RulePacks, withPack } from "../../../rules/load-packs.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { previewPolicyImpact as contract } from "../../../shared/contracts/policies.ts";
import { isoDate } from "../../../shared/dates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireSound } from "./assess.ts";
import { ImpactCount } from "./impact-count.ts";
import { textOf } from "./load-draft.ts";
import { decidesYears } from "./year-kinds.ts";
import { rowReader, type StoredYear, streamPersonYears } from "./stream-person-years.ts";

type Input = InputOf<typeof contract>;

/**
 * Which person-years of the actor's scope change their result under the given pack, as of today: all are read in one
 * stream and determined by the packs in force and by those with the new one. Nothing is written. Errors:
 * `policy.draft_not_found`, `policy.check_failed`.
 */
export async function previewPolicyImpact(ctx: CommandContext, input: Input): Promise<ImpactCount> {
  const text = await textOf(ctx, input);
  const { packs } = ctx.app;
  const loaded = await requireSound(packs, input.packId, text);
  const count = new ImpactCount(decidesYears(loaded.pack.kind));
  if (!count.decidesYears) return count;
  const asOf = isoDate(ctx.clock.now());
  const before = yearDeterminer(packs, asOf);
  const after = yearDeterminer(withPack(packs, loaded), asOf);
  for await (const batch of streamPersonYears(filterOf(ctx, input))) {
    for (const stored of batch) count.compare(stored, before(stored), after(stored));
  }
  return count;
}

function yearDeterminer(packs: RulePacks, asOf: string): (stored: StoredYear) => AnnualResult {
  const [read, determine] = [rowReader(packs), rowDeterminer(packs, asOf)];
  return (stored) => determine(read(stored));
}

function filterOf(ctx: CommandContext, { fromYear, toYear }: Input): Record<string, unknown> {
  return {
    scopeIds: requireActor(ctx).organizationId,
    year: { $gte: fromYear ?? 0, $lte: toYear ?? 9999 },
  };
}
