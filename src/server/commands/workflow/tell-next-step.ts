import { OrganizationModel } from "../../../models/organization.ts";
import { processNames } from "../../../shared/contracts/workflow.ts";
import type { AdvanceResult } from "../../../workflows/runtime/store.ts";
import type { CommandContext } from "../../command-context.ts";
import { tellConcerned } from "../instances/tell-concerned.ts";

/**
 * Processes that pass from one organization to another a few times a year: whoever has to act next would not look for
 * them. What comes by the thousand (declarations) is the to-do list's and its reminders' to show.
 */
const told: ReadonlySet<string> = new Set([
  "organization-closure",
  "person-deregistration",
  "superior-change",
  "transfer",
]);

/**
 * An organization has agreed and another one is to act: its administrators are told, and the applicant and whoever it is
 * about learn where it stands (NOT-01).
 */
export async function tellNextStep(
  ctx: CommandContext,
  { instance, openedTasks }: AdvanceResult,
  decidedBy: string,
): Promise<void> {
  const { processKey } = instance;
  const [task] = openedTasks;
  if (task === undefined || !told.has(processKey) || task.candidate.kind !== "organization") return;
  const next = await OrganizationModel.findById(task.candidate.id, { name: 1 }).lean();
  await tellConcerned(ctx, instance, {
    tasks: openedTasks,
    kind: processKey === "transfer" ? "transfer.advanced" : "application.advanced",
    title: `${processNames[processKey] ?? "申请"}进入下一步`,
    text: (subject) => `${subject}已由「${decidedBy}」审核通过，现由「${next?.name ?? ""}」办理。`,
    subjectId: instance.businessKey.id,
  });
}
