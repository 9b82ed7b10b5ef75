import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";

/** How much waits at an organization, and for how long (SUB-05). */
export interface OpenItems {
  count: number;
  /** false when there are more than are counted */
  isExact: boolean;
  oldest: Pick<WorkflowTaskRecord, "createdAt" | "dueAt"> | null;
}

const countedItems = 1000;

/** Two reads of one index range: a count that stops early, and its first entry (NFR-01). */
export async function openItems(organizationId: string): Promise<OpenItems> {
  const open = { "candidate.id": organizationId, status: "open" as const };
  const [oldest] = await WorkflowTask.find(open, { createdAt: 1, dueAt: 1 })
    .sort({ createdAt: 1 })
    .limit(1)
    .lean<Pick<WorkflowTaskRecord, "createdAt" | "dueAt">[]>();
  if (oldest === undefined) return { count: 0, isExact: true, oldest: null };
  const counted = await WorkflowTask.countDocuments(open).limit(countedItems + 1);
  return { count: Math.min(counted, countedItems), isExact: counted <= countedItems, oldest };
}
