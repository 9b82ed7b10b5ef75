import { RateLimitModel } from "../../models/rate-limit.ts";
import { AppError } from "../../shared/app-error.ts";
import type { CommandContext } from "../command-context.ts";
import { isDuplicateKey } from "../run-command.ts";

/** One limit: at most `limit` hits of `key` in a window of `windowSeconds`. */
export interface RateRule {
  action: string;
  /** address, or ID number: only its HMAC is stored */
  key: string;
  limit: number;
  windowSeconds: number;
}

/**
 * Counts a hit and throws `request.too_many` with the seconds to wait beyond the limit (LOG-12, PRG-08). Written
 * with the native driver, outside the command's transaction, so that refused attempts count too.
 */
export async function limitRate(ctx: CommandContext, rule: RateRule): Promise<void> {
  if (ctx.app.env.TEST_NO_RATE_LIMITS) return;
  const now = ctx.clock.now().getTime();
  const windowMs = rule.windowSeconds * 1000;
  const window = Math.floor(now / windowMs);
  const endsAt = (window + 1) * windowMs;
  const id = ctx.app.secrets.blindIndex(`rate|${rule.action}|${rule.key}|${window}`);
  const hits = await countHit(id, new Date(endsAt));
  if (hits > rule.limit) {
    throw new AppError("request.too_many", { seconds: Math.max(1, Math.ceil((endsAt - now) / 1000)) });
  }
}

async function countHit(id: string, expiresAt: Date): Promise<number> {
  const hit = () =>
    RateLimitModel.collection.findOneAndUpdate(
      { _id: id as never },
      { $inc: { hits: 1 }, $setOnInsert: { expiresAt } },
      { upsert: true, returnDocument: "after" },
    );
  try {
    return Number((await hit())?.["hits"] ?? 1);
  } catch (error) {
    // Two first hits at once: one of the upserts loses, and then finds the other's row.
    if (!isDuplicateKey(error)) throw error;
    return Number((await hit())?.["hits"] ?? 1);
  }
}
