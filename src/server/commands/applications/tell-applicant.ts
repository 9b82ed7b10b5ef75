import type { Application } from "../../../models/application.ts";
import { PersonModel } from "../../../models/person.ts";
import { applicationKindNames } from "../../../shared/contracts/applications.ts";
import type { CommandContext } from "../../command-context.ts";
import { notify } from "../notify.ts";

type Told = Pick<
  Application,
  "_id" | "kind" | "number" | "title" | "applicantAccountId" | "personId" | "reason"
>;

/** Leaves whoever applied, and the person it is about, a message on the result (NOT-01, DEC-15). */
export async function tellApplicant(
  ctx: CommandContext,
  application: Told,
  result: "approved" | "rejected",
): Promise<void> {
  const { _id, kind, number, title, reason, applicantAccountId, personId } = application;
  const name = applicationKindNames[kind];
  const passed = result === "approved";
  const message = {
    kind: `application.${result}`,
    title: passed ? `${name}审核通过` : `${name}被驳回`,
    text: passed
      ? `「${title}」（${number}）已审核通过。`
      : `「${title}」（${number}）被驳回：${reason ?? ""}`,
    subjectId: _id,
  };
  const person = personId === null ? null : await PersonModel.findById(personId, { accountId: 1 }).lean();
  const accounts = new Set([applicantAccountId, ...(person === null ? [] : [person.accountId])]);
  for (const accountId of accounts) await notify(ctx, accountId, message);
}
