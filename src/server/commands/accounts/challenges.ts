import { ChallengeModel } from "../../../models/challenge.ts";
import type { CommandContext } from "../../command-context.ts";

/** What was asked: the answer is kept only as an HMAC bound to the challenge and its subject. */
export interface ChallengeAnswer {
  id: string;
  kind: "captcha" | "phone-code";
  /** what the answer must belong to, for example the ID number and phone; empty for a captcha */
  subject: string;
  answer: string;
  /** of a captcha that was sent to a phone: whose answer proves that one has it */
  phoneIndex?: string;
}

const maxAttempts = 3;

/** Stores a challenge for `seconds`. Native driver: a challenge is no business record and joins no transaction. */
export async function keepChallenge(
  ctx: CommandContext,
  challenge: ChallengeAnswer,
  seconds: number,
): Promise<void> {
  await ChallengeModel.collection.insertOne({
    _id: challenge.id as never,
    kind: challenge.kind,
    answerHash: answerHash(ctx, challenge),
    attempts: 0,
    phoneIndex: challenge.phoneIndex ?? null,
    expiresAt: new Date(ctx.clock.now().getTime() + seconds * 1000),
    version: 0,
  });
}

/**
 * True once, for the right answer given in time and within three attempts. Counted outside any transaction: a
 * refused request has used its attempt, and two racing requests cannot both spend one challenge.
 */
export async function spendChallenge(ctx: CommandContext, given: ChallengeAnswer): Promise<boolean> {
  const challenges = ChallengeModel.collection;
  const _id = given.id as never;
  const now = ctx.clock.now();
  const phone = given.phoneIndex === undefined ? {} : { phoneIndex: given.phoneIndex };
  const found = await challenges.findOneAndUpdate(
    { _id, kind: given.kind, ...phone, expiresAt: { $gt: now }, attempts: { $lt: maxAttempts } },
    { $inc: { attempts: 1 } },
    { returnDocument: "after" },
  );
  if (found === null || found["answerHash"] !== answerHash(ctx, given)) return false;
  const spent = await challenges.deleteOne({ _id });
  return spent.deletedCount === 1;
}

function answerHash(ctx: CommandContext, { id, kind, subject, answer }: ChallengeAnswer): string {
  return ctx.app.secrets.blindIndex(`${kind}|${id}|${subject}|${answer.toLowerCase()}`);
}
