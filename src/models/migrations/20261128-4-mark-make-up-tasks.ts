import { DeclarationModel } from "../declaration.ts";
import { WorkflowTask } from "../workflow-task.ts";

/** Open tasks of what was declared in a window for a past year say so: the last day of approvals is not for them. */
export async function markMakeUpTasks(): Promise<void> {
  const declared = DeclarationModel.find(
    { makeUpWindowId: { $type: "string" }, status: { $in: ["pending", "rejected"] } },
    { instanceId: 1 },
  );
  for await (const { instanceId } of declared.lean().cursor())
    await WorkflowTask.updateMany(
      { instanceId, status: "open", makeUp: { $exists: false } },
      { $set: { makeUp: true } },
    );
}
