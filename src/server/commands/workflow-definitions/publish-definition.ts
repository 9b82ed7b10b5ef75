import { OrganizationModel } from "../../../models/organization.ts";
import { WorkflowDefinition, type WorkflowDefinitionRecord } from "../../../models/workflow-definition.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { publishDefinition as contract } from "../../../shared/contracts/workflow-definitions.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeDefinitionPublication } from "../../permissions/workflow-definitions.ts";
import { requireSound } from "../../queries/workflow-definitions/assess.ts";
import { loadDraft } from "../../queries/workflow-definitions/load-draft.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Publishes the draft that was checked: it passes the check once more, and new instances run by it on this node at
 * once, on the others within seconds; running ones stay on theirs (FLW-12). Errors: `definition.draft_not_found`,
 * `definition.check_failed` with element and reason, `definition.version_exists` when an earlier version is the same,
 * `request.conflict` when the draft was changed meanwhile.
 */
export async function publishDefinition(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<WorkflowDefinitionRecord> {
  await requireDefinitionPublisher(requireActor(ctx));
  const draft = await loadDraft(input.key);
  if (draft.hash !== input.sha256) throw new AppError("request.conflict");
  await requireSound(input.key, draft.xml);
  const published = await runCommand(ctx.app, callerOf(ctx), (step) => putInForce(step, draft, input.note));
  await ctx.app.workflow.definitions.refresh();
  return published;
}

/** Only the provincial bureau's policy officers publish, roll back and move; `permission.denied` (403) otherwise. */
export async function requireDefinitionPublisher(actor: Actor): Promise<void> {
  const own = await OrganizationModel.findById(actor.organizationId, { kind: 1, superiorId: 1 }).lean();
  authorizeDefinitionPublication(actor, own);
}

async function putInForce(
  ctx: CommandContext,
  draft: WorkflowDefinitionRecord,
  note: string,
): Promise<WorkflowDefinitionRecord> {
  const { key, hash } = draft;
  const removed = await WorkflowDefinition.deleteOne({ _id: draft._id, hash });
  if (removed.deletedCount === 0) throw new AppError("request.conflict");
  const [latest] = await WorkflowDefinition.find({ key }, { versionNumber: 1 })
    .sort({ versionNumber: -1 })
    .limit(1)
    .lean();
  const same = await WorkflowDefinition.findOne({ key, hash }, { versionNumber: 1 }).lean();
  if (same !== null) throw new AppError("definition.version_exists", { versionNumber: same.versionNumber });
  await supersede(key);
  const record: WorkflowDefinitionRecord = {
    ...draft,
    _id: ctx.newId(),
    versionNumber: (latest?.versionNumber ?? 0) + 1,
    status: "published",
    publishedAt: ctx.clock.now(),
    publishedBy: publisherOf(requireActor(ctx)),
    note,
    version: 0,
  };
  await WorkflowDefinition.create([record]);
  const { versionNumber } = record;
  const data = { key, versionNumber, sha256: hash, note };
  await recordAudit(ctx, "definition.published", { subjectId: key, data });
  return record;
}

/** Takes the version in force out of it. */
export async function supersede(key: string): Promise<void> {
  await WorkflowDefinition.updateMany(
    { key, status: "published" },
    { $set: { status: "superseded" }, $inc: { version: 1 } },
  );
}

/** Who publishes, as the list of versions shows for ever. */
export function publisherOf({ accountId, name }: Actor): { accountId: string; name: string } {
  return { accountId, name };
}
