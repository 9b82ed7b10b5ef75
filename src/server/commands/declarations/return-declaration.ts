import { PersonModel } from "../../../models/person.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { moveDeclaration } from "./move-declaration.ts";
import { tellPerson } from "./tell-person.ts";

/** Behind the service task `returnDeclaration`: rejected with the reviewer's reason, for correction (APR-11). */
export async function returnDeclaration(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const reason = call.comment;
  const change = { reason, decidedAt: ctx.clock.now() };
  const declaration = await moveDeclaration(call.businessId, "rejected", change);
  const person = await PersonModel.findById(declaration.personId, { accountId: 1 }).lean();
  if (person !== null) await tellPerson(ctx, { accountId: person.accountId, declaration }, "rejected");
  await recordAudit(ctx, "declaration.rejected", { subjectId: call.businessId, data: { reason } });
}
