import { type DeclarationLine, DeclarationModel } from "../../../models/declaration.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listPlanParticipants as contract } from "../../../shared/contracts/plan-declarations.ts";
import type { CommandContext } from "../../command-context.ts";
import { getApplication } from "../applications/get-application.ts";
import { countedRows, type Page, pageFrom } from "../page.ts";

type Input = InputOf<typeof contract>;

/** Who takes part in a plan's declaration, as it was last sent in, for whoever may see it (else 404). */
export async function listPlanParticipants(
  ctx: CommandContext,
  input: Input,
): Promise<Page<DeclarationLine>> {
  const { application } = await getApplication(ctx, { id: input.id });
  if (application.kind !== "plan-declaration") throw new AppError("application.not_found");
  const filter = { applicationId: input.id, batchNumber: String(application.data["batchNumber"]) };
  const rows = await DeclarationModel.find(filter, { trace: 0 })
    .sort({ personName: 1, _id: 1 })
    .skip((input.page - 1) * input.pageSize)
    .limit(input.pageSize)
    .lean<DeclarationLine[]>();
  const counted = await DeclarationModel.countDocuments(filter).limit(countedRows + 1);
  return pageFrom(rows, counted, input);
}
