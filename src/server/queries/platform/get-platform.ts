import { yearClosing } from "../../../rules/year-closing.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type { getPlatform as contract } from "../../../shared/contracts/platform.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import { demonstrationAccounts } from "./demonstration-accounts.ts";

/** Names of the platform, today's date and year, and on this machine the demonstration accounts (GEN-01, GEN-03). */
export async function getPlatform(ctx: CommandContext): Promise<ResponseOf<typeof contract>> {
  const { env, isDemonstration, version } = ctx.app;
  const now = ctx.clock.now();
  return {
    name: env.PLATFORM_NAME,
    province: env.PROVINCE_NAME,
    sponsor: env.SPONSOR,
    year: yearOf(now),
    today: isoDate(now),
    closing: { ...yearClosing(ctx.app.packs, yearOf(now)) },
    demonstration: isDemonstration,
    demonstrationAccounts: isDemonstration && ctx.loopback ? await demonstrationAccounts(ctx.app) : [],
    version,
  };
}
