import { type Declaration, DeclarationModel } from "../../../models/declaration.ts";
import { WorkflowInstance } from "../../../models/workflow-instance.ts";
import { WorkflowTask } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { objectToDeclaration as contract } from "../../../shared/contracts/declaration-changes.ts";
import { declarationStatusNames } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { mayObject, maySeeDeclaration } from "../../permissions/declarations.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * A person objects to what another declared for him (DEC-15). The declaration is marked for everybody who reviews it,
 * and whoever declared it and whoever holds it are told: before the last approval the declarant withdraws it or a
 * reviewer rejects it, after it the bureau revokes the hours (APR-13). It does not stop the review by itself: hours
 * that are due to others in the same class or plan must not wait for it. Errors: `declaration.not_found` (404),
 * `permission.denied` (403) for his own, `declaration.not_disputable` (409) once it has ended or has his objection.
 */
export async function objectToDeclaration(
  ctx: CommandContext,
  { id, reason }: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  const declaration = await DeclarationModel.findById(id, { trace: 0 }).lean<Declaration>();
  if (declaration === null || !maySeeDeclaration(actor, declaration))
    throw new AppError("declaration.not_found");
  if (!mayObject(actor, declaration)) throw new AppError("permission.denied");
  const marked = await DeclarationModel.updateOne(
    { _id: id, status: { $in: ["pending", "approved"] }, objection: null },
    { $set: { objection: { reason, at: ctx.clock.now() } }, $inc: { version: 1 } },
  );
  if (marked.matchedCount === 0) throw notDisputable(declaration);
  await tellConcerned(ctx, declaration);
  await recordAudit(ctx, "declaration.objected", { subjectId: id, data: { reason } });
  return { ok: true };
}

function notDisputable({ status, objection }: Declaration): AppError {
  const already = objection !== undefined && objection !== null;
  return new AppError("declaration.not_disputable", {
    status: already ? "已提出异议" : declarationStatusNames[status],
  });
}

async function tellConcerned(ctx: CommandContext, declaration: Declaration): Promise<void> {
  const { _id, title, number, personName, declaredByOrganizationId, origin } = declaration;
  const message = {
    kind: "declaration.objected",
    title: "学时申报有异议",
    text: `${personName}对「${title}」（${number}）提出异议，请核实处理`,
    subjectId: _id,
  };
  if (declaredByOrganizationId !== null) {
    const organizationId = declaredByOrganizationId;
    await tellAdministrators(
      ctx,
      { organizationId, module: "declarations:submit", item: declaration },
      message,
    );
  }
  const holder = await holderOf(declaration);
  if (holder === null || holder === declaredByOrganizationId) return;
  const module = origin === "base" ? ("declarations:review-base" as const) : ("declarations:review" as const);
  await tellAdministrators(ctx, { organizationId: holder, module, item: declaration }, message);
}

/** The organization that reviews it now; once it is approved the last one of its route, which may revoke it. */
async function holderOf({ status, instanceId }: Declaration): Promise<string | null> {
  if (status === "pending") {
    const open = { instanceId, status: "open" as const };
    const task = await WorkflowTask.findOne(open, { candidate: 1 }).lean();
    return task?.candidate.kind === "organization" ? task.candidate.id : null;
  }
  const instance = await WorkflowInstance.findById(instanceId, { route: 1 }).lean();
  return instance?.route.at(-1)?.organizationId ?? null;
}
