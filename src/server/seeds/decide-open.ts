import { WorkflowTask, type WorkflowTaskRecord } from "../../models/workflow-task.ts";
import type { CommandContext } from "../command-context.ts";
import { decideTask } from "../commands/workflow/decide-task.ts";
import { administratorOf } from "./acting.ts";

/** How a reviewer decides in a demonstration. */
export interface Verdict {
  outcome: "approve" | "reject";
  comment: string;
}

export const approval: Verdict = { outcome: "approve", comment: "材料齐全，同意" };

/** Decides the open task of an instance as the administrator of the organization that holds it. */
export async function decideOpen(ctx: CommandContext, instanceId: string, verdict: Verdict): Promise<void> {
  const task = await WorkflowTask.findOne({ instanceId, status: "open" }).lean<WorkflowTaskRecord>();
  if (task?.candidate.kind !== "organization")
    throw new Error(`instance ${instanceId} waits for nobody's review`);
  const actor = await administratorOf(task.candidate.id);
  await decideTask({ ...ctx, actor }, { id: task._id, ...verdict, attachments: [] });
}
