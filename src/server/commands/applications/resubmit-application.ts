import type { Application, Attachment } from "../../../models/application.ts";
import type { WorkflowSubject } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import { applicationStatusNames } from "../../../shared/contracts/applications.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { useFiles } from "../declarations/use-files.ts";
import { correctionTask } from "../declarations/withdraw-declaration.ts";
import { deciderOf } from "../workflow/decide-task.ts";
import { stepInstance } from "../workflow/step-instance.ts";
import { moveApplication } from "./move-application.ts";

/** What a correction changes; `subject` is what lists show of it. */
export interface Correction<Data extends object> {
  title: string;
  data: Data;
  attachments: readonly Attachment[];
  subject?: Partial<WorkflowSubject>;
}

/**
 * Sends a returned application in again, corrected and checked by the calling command; it is reviewed from the first
 * step of its route (APR-11, AMB-38). `application.not_correctable` (409) unless it was returned.
 */
export async function resubmitApplication<Data extends object>(
  ctx: CommandContext,
  application: Application<Data>,
  correction: Correction<Data>,
): Promise<Application<Data>> {
  const { _id, status, instanceId, scopeIds } = application;
  if (status !== "rejected")
    throw new AppError("application.not_correctable", { status: applicationStatusNames[status] });
  const { title, data, attachments } = correction;
  const change = { title, data: data as Record<string, unknown>, attachments: [...attachments] };
  const moved = await moveApplication<Data>(ctx, _id, { status: "pending", change });
  const fileIds = attachments.map(({ fileId }) => fileId);
  const alreadyUsed = application.attachments.map(({ fileId }) => fileId);
  await useFiles(ctx, fileIds, { usedBy: _id, scopeIds, alreadyUsed });
  await stepInstance(ctx, instanceId, {
    input: {
      kind: "decide",
      taskKey: await correctionTask(instanceId),
      outcome: "resubmit",
      actor: deciderOf(requireActor(ctx)),
      subject: { title, ...correction.subject },
    },
    comment: "",
  });
  return moved;
}
