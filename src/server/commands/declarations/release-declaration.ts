import { DeclarationModel } from "../../../models/declaration.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { moveDeclaration } from "./move-declaration.ts";

/**
 * Behind the service task `withdrawDeclaration`: withdrawn while under review, or given up after a rejection. Either
 * way the activity may be declared again (DEC-13, DEC-14).
 */
export async function releaseDeclaration(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const declaration = await DeclarationModel.findById(call.businessId, { status: 1 }).lean();
  if (declaration === null) throw new AppError("declaration.not_found");
  const status = declaration.status === "rejected" ? "cancelled" : "withdrawn";
  await moveDeclaration(call.businessId, status, { decidedAt: ctx.clock.now() });
  await recordAudit(ctx, `declaration.${status}`, { subjectId: call.businessId, data: {} });
}
