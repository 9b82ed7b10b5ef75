import { type Declaration, DeclarationModel } from "../../../models/declaration.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { planForm } from "../training-plans/check-participants.ts";
import { authorizeDeclarant } from "../../permissions/declarations.ts";

/**
 * A declaration that the actor, or his organization, made. `declaration.not_found` (404) when he may not see it,
 * `permission.denied` (403) when he may see but did not declare it, `declaration.in_batch` (409) for one item of a
 * plan's declaration: all of them are reviewed together.
 */
export async function loadOwnDeclaration(ctx: CommandContext, declarationId: string): Promise<Declaration> {
  const declaration = await DeclarationModel.findById(declarationId).lean<Declaration>();
  if (declaration === null) throw new AppError("declaration.not_found");
  authorizeDeclarant(requireActor(ctx), declaration);
  if (isPlanItem(declaration)) throw new AppError("declaration.in_batch");
  return declaration;
}

/** Items of a plan's declaration share its instance; those of a class have one each. */
export function isPlanItem({ form, applicationId }: Pick<Declaration, "form" | "applicationId">): boolean {
  return form === planForm && typeof applicationId === "string";
}
