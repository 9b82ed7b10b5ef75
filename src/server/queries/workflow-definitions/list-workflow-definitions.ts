import { WorkflowDefinition, type WorkflowDefinitionRecord } from "../../../models/workflow-definition.ts";
import { WorkflowInstance } from "../../../models/workflow-instance.ts";
import { processes } from "../../../workflows/catalogue.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";

type VersionRecord = Omit<WorkflowDefinitionRecord, "xml">;

/** A process as the list shows it: what is in force, and whether somebody drafts a newer one. */
export interface DefinitionEntry {
  key: string;
  title: string;
  current: VersionRecord | null;
  draftSavedAt: Date | null;
  onEarlierVersions: number;
}

const countedInstances = 1_000;

/** Every process of the platform, in the catalogue's order. */
export async function listWorkflowDefinitions(ctx: CommandContext): Promise<DefinitionEntry[]> {
  requireModule(requireActor(ctx), "workflow:design");
  const keys = Object.keys(processes);
  const records = await WorkflowDefinition.find({ key: { $in: keys } }, { xml: 0 })
    .sort({ key: 1, versionNumber: 1 })
    .lean<VersionRecord[]>();
  const entries: DefinitionEntry[] = [];
  for (const [key, { title }] of Object.entries(processes)) {
    const own = records.filter((record) => record.key === key);
    const earlier = own.flatMap(({ status, hash }) => (status === "superseded" ? [hash] : []));
    entries.push({
      key,
      title,
      current: own.find(({ status }) => status === "published") ?? null,
      draftSavedAt: own.find(({ status }) => status === "draft")?.createdAt ?? null,
      onEarlierVersions: earlier.length === 0 ? 0 : await countRunning(earlier),
    });
  }
  return entries;
}

function countRunning(hashes: readonly string[]): PromiseLike<number> {
  const running = { definitionHash: { $in: [...hashes] }, status: "running" as const };
  return WorkflowInstance.countDocuments(running).limit(countedInstances);
}
