import { WorkflowTask } from "../../../models/workflow-task.ts";
import { dateTimeText } from "../../../shared/dates.ts";

/**
 * Who decided an instance's last task and when, for a refusal that says who was faster (APR-14); empty when nobody has.
 * `named` is false where whoever reads it has not signed in: he learns the organization only.
 */
export async function decisionText(instanceId: string, { named = true } = {}): Promise<string> {
  const [last] = await WorkflowTask.find({ instanceId, status: "decided" }, { decidedBy: 1, decidedAt: 1 })
    .sort({ decidedAt: -1 })
    .limit(1)
    .lean();
  if (!last?.decidedBy || last.decidedAt === null) return "";
  const { organizationName, name } = last.decidedBy;
  const by = named ? `${organizationName} ${name}` : organizationName;
  return `，由 ${by} 于 ${dateTimeText(last.decidedAt)} 办理`;
}
