import type { Declaration } from "../../../models/declaration.ts";
import type { Person } from "../../../models/person.ts";
import { yearClosing } from "../../../rules/year-closing.ts";
import { isoDate } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import { openWindows } from "../make-up-windows/open-windows.ts";

/** What lets a returned declaration be sent again after its year has closed. */
export interface CorrectionTerms {
  isCorrection: true;
  makeUpWindow: boolean;
  /** the window that it is, or from now on will have been, declared in (PST-02) */
  makeUpWindowId: string | null;
}

/**
 * Until the days of grace are over it is as if the year were open (PST-04); after them an open window takes it in, which
 * marks it 补报. What was declared inside of a window may be corrected after it (PST-02).
 */
export async function correctionTerms(
  ctx: CommandContext,
  { year, makeUpWindowId }: Pick<Declaration, "year" | "makeUpWindowId">,
  person: Pick<Person, "_id" | "scopeIds" | "regionCode">,
): Promise<CorrectionTerms> {
  const found = makeUpWindowId ?? (await windowAfterGrace(ctx, year, person));
  return { isCorrection: true, makeUpWindow: found !== null, makeUpWindowId: found };
}

async function windowAfterGrace(
  ctx: CommandContext,
  year: number,
  person: Parameters<typeof openWindows>[1][number],
): Promise<string | null> {
  const { lastCorrectionDay } = yearClosing(ctx.app.packs, year);
  if (isoDate(ctx.clock.now()) <= lastCorrectionDay) return null;
  return (await openWindows(ctx, [person], year)).get(person._id) ?? null;
}
