import type { RulePacks } from "../../../rules/load-packs.ts";
import { closingIfAny, yearClosing } from "../../../rules/year-closing.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type { getPlatform as contract } from "../../../shared/contracts/platform.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import { demonstrationAccounts } from "./demonstration-accounts.ts";

type Platform = ResponseOf<typeof contract>;

/** Names of the platform, today's date and year, and on this machine the demonstration accounts (GEN-01, GEN-03). */
export async function getPlatform(ctx: CommandContext): Promise<Platform> {
  const { env, isDemonstration, version } = ctx.app;
  const now = ctx.clock.now();
  return {
    name: env.PLATFORM_NAME,
    province: env.PROVINCE_NAME,
    sponsor: env.SPONSOR,
    year: yearOf(now),
    today: isoDate(now),
    closing: { ...yearClosing(ctx.app.packs, yearOf(now)) },
    yearInGrace: yearInGrace(ctx.app.packs, yearOf(now) - 1, isoDate(now)),
    demonstration: isDemonstration,
    demonstrationAccounts: isDemonstration && ctx.loopback ? await demonstrationAccounts(ctx.app) : [],
    version,
  };
}

function yearInGrace(packs: RulePacks, year: number, today: string): Platform["yearInGrace"] {
  const closing = closingIfAny(packs, year);
  if (closing === null || today > closing.lastCorrectionDay) return null;
  const { lastDay, lastCorrectionDay } = closing;
  return { year, lastDay, lastCorrectionDay };
}
