import type { Declaration } from "../../../models/declaration.ts";
import type { CommandContext } from "../../command-context.ts";
import { notify } from "../notify.ts";

type Told = Pick<Declaration, "_id" | "title" | "number">;

const words = {
  declared: (one: Told) => ["单位为您申报了学时", `「${one.title}」（${one.number}）已由单位提交审核`],
  reported: (one: Told) => [
    "继续教育基地为您上报了学时",
    `「${one.title}」（${one.number}）已由继续教育基地提交审核`,
  ],
  approved: (one: Told) => ["学时申报审核通过", `「${one.title}」（${one.number}）已计入学时`],
  rejected: (one: Told) => ["学时申报被驳回", `「${one.title}」（${one.number}）被驳回，请查看原因并修改`],
  revoked: (one: Told) => ["学时认定被撤销", `「${one.title}」（${one.number}）的学时认定已撤销，请查看原因`],
} as const;

/** Leaves the person a message about a declaration that concerns him (DEC-15, NOT-01). */
export async function tellPerson(
  ctx: CommandContext,
  { accountId, declaration }: { accountId: string; declaration: Told },
  event: keyof typeof words,
): Promise<void> {
  const [title = "", text = ""] = words[event](declaration);
  const message = { kind: `declaration.${event}`, title, text, subjectId: declaration._id };
  await notify(ctx, accountId, message);
}
