import { type Account, AccountModel } from "../../../models/account.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { exportClosedTranscript as contract } from "../../../shared/contracts/certificates.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { makeActor } from "../../queries/accounts/load-actor.ts";
import { roleOfPerson } from "../../queries/accounts/roles-of.ts";
import { checkCaptcha } from "../accounts/check-captcha.ts";
import { verifyPassword } from "../accounts/verify-password.ts";
import { limitRate } from "../limit-rate.ts";
import { issueAndRender } from "./issue-and-render.ts";
import { issueTranscript } from "./issue-transcript.ts";
import { printCertificate } from "./print-certificate.ts";

type Input = InputOf<typeof contract>;

/**
 * The transcript for somebody whose record is closed: 调出省外 (TRF-16) or 注销 (PER-12). Without a session, because nobody
 * signs in to a closed record; issued and printed in his own name, both recorded. Errors: `captcha.wrong` (400);
 * `login.wrong_password` (401) also where there is no such person; those of `verifyPassword`;
 * `transcript.record_open` (409), `transcript.initial_password` (403), `certificate.printer_unavailable` (503).
 */
export async function exportClosedTranscript(ctx: CommandContext, input: Input) {
  const index = ctx.app.secrets.blindIndex(input.idNumber);
  await limitRate(ctx, { action: "login", key: ctx.address, limit: 60, windowSeconds: 60 });
  await limitRate(ctx, { action: "login", key: index, limit: 20, windowSeconds: 60 });
  await checkCaptcha(ctx, input);
  const { account, person } = await loadOwner(index);
  const kind = await verifyPassword(ctx, account, input.password);
  if (kind === "initial") throw new AppError("transcript.initial_password");
  if (person.status === "active") throw new AppError("transcript.record_open");
  // Acts for this one answer only: no session is kept.
  const actor = makeActor(account, { _id: "none", personId: person._id }, roleOfPerson(person));
  const own: CommandContext = { ...ctx, actor };
  const { _id: id } = await issueAndRender(issueTranscript)(own, { id: "me" });
  return { ...(await printCertificate(own, { id })), disposition: "attachment" as const };
}

async function loadOwner(idNumberIndex: string): Promise<{ account: Account; person: Person }> {
  const account = await AccountModel.findOne({ idNumberIndex }).lean<Account>();
  const person =
    account === null ? null : await PersonModel.findOne({ accountId: account._id }).lean<Person>();
  if (account === null || person === null) throw new AppError("login.wrong_password");
  return { account, person };
}
