import { WorkflowDefinition, type WorkflowDefinitionRecord } from "../../../models/workflow-definition.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { saveDefinitionDraft as contract } from "../../../shared/contracts/workflow-definitions.ts";
import { processes } from "../../../workflows/catalogue.ts";
import { definitionHash } from "../../../workflows/runtime/definition.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { draftId, requireProcess } from "../../queries/workflow-definitions/load-draft.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Keeps the draft of a process, finished or not. `definition.unsafe_xml` (400) for what no definition needs and XML
 * readers fall for; `request.conflict` (409) when somebody saved another draft after the one that was edited.
 */
export async function saveDefinitionDraft(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<WorkflowDefinitionRecord> {
  const actor = requireActor(ctx);
  requireModule(actor, "workflow:design");
  requireProcess(input.key);
  refuseHostileXml(input.xml);
  const _id = draftId(input.key);
  const earlier = await WorkflowDefinition.findById(_id, { hash: 1, version: 1 }).lean();
  if ((earlier?.hash ?? null) !== input.basedOn) throw new AppError("request.conflict");
  const draft = draftOf(ctx, actor, input);
  if (earlier === null) await WorkflowDefinition.create([draft]);
  else {
    const { version } = earlier;
    const next = { ...draft, version: version + 1 };
    const replaced = await WorkflowDefinition.replaceOne({ _id, version }, next);
    if (replaced.matchedCount === 0) throw new AppError("request.conflict");
  }
  await recordAudit(ctx, "definition.drafted", {
    subjectId: input.key,
    data: { key: input.key, sha256: draft.hash },
  });
  return draft;
}

const hostile: readonly (readonly [RegExp, string])[] = [
  [/<!DOCTYPE/i, "文档类型声明（DOCTYPE）"],
  [/<!ENTITY/i, "实体声明（ENTITY）"],
  [/<\?(?!xml\s)/i, "处理指令"],
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  [/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/, "控制字符"],
];

function refuseHostileXml(xml: string): void {
  for (const [pattern, reason] of hostile)
    if (pattern.test(xml)) throw new AppError("definition.unsafe_xml", { reason });
}

function draftOf(
  ctx: CommandContext,
  { accountId, name }: Actor,
  { key, xml }: { key: string; xml: string },
): WorkflowDefinitionRecord {
  return {
    _id: draftId(key),
    key,
    name: processes[key]?.title ?? key,
    versionNumber: 0,
    hash: definitionHash(xml),
    xml,
    status: "draft",
    shipped: false,
    createdAt: ctx.clock.now(),
    createdBy: { accountId, name },
    publishedAt: null,
    publishedBy: null,
    note: "",
    version: 0,
  };
}
