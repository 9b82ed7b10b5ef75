import { AccountModel } from "../../../models/account.ts";
import { PersonModel } from "../../../models/person.ts";
import type { WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import type { CommandContext } from "../../command-context.ts";
import { moduleOf } from "../../permissions/workflow.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { notify } from "../notify.ts";

interface Told {
  /** open ones: their holders are told too */
  tasks: readonly WorkflowTaskRecord[];
  kind: string;
  title: string;
  /** the whole message, from how the application is called */
  text: (subject: string) => string;
  /** what the message is about; the instance unless something else is given */
  subjectId?: string;
}

/** Tells whoever applied, the person that it is about, and the holders of its open tasks what was done (NOT-01). */
export async function tellConcerned(
  ctx: CommandContext,
  instance: Pick<WorkflowInstanceRecord, "_id" | "startedBy" | "parties">,
  { tasks, kind, title, text, subjectId = instance._id }: Told,
): Promise<void> {
  const [task] = tasks;
  const subject = task === undefined ? "申请" : `「${task.title}」（${task.number ?? ""}）`;
  const message = { kind, title, text: text(subject), subjectId };
  for (const accountId of await applicants(instance)) await notify(ctx, accountId, message);
  for (const { candidate, ...held } of tasks) {
    if (candidate.kind !== "organization") continue;
    const module = moduleOf({ candidate, ...held }) ?? "declarations:submit";
    await tellAdministrators(ctx, { organizationId: candidate.id, module, item: held }, message);
  }
}

async function applicants({
  startedBy,
  parties,
}: Pick<WorkflowInstanceRecord, "startedBy" | "parties">): Promise<Set<string>> {
  const ids = [parties["applicant"], parties["person"]].flatMap((party) =>
    party?.kind === "person" ? [party.id] : [],
  );
  const people = await PersonModel.find({ _id: { $in: ids } }, { accountId: 1 }).lean();
  // Somebody who registers has no account yet, and reads of it where he asks for his progress.
  const starter = await AccountModel.exists({ _id: startedBy.accountId });
  return new Set([
    ...(starter === null ? [] : [startedBy.accountId]),
    ...people.map(({ accountId }) => accountId),
  ]);
}
