import { type Declaration, DeclarationModel } from "../../../models/declaration.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { getDeclaration as contract } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { maySeeDeclaration } from "../../permissions/declarations.ts";
import { type DeclarationRow, declarationRows } from "./list-declarations.ts";
import { type SameWork, sameWorkOf } from "./same-work.ts";

export interface DeclarationDetail extends DeclarationRow<Declaration> {
  sameWork: SameWork | null;
}

/** One declaration with everything a reviewer needs (APR-10); `declaration.not_found` (404) out of scope. */
export async function getDeclaration(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<DeclarationDetail> {
  const actor = requireActor(ctx);
  const declaration = await DeclarationModel.findById(input.id).lean<Declaration>();
  if (declaration === null || !maySeeDeclaration(actor, declaration))
    throw new AppError("declaration.not_found");
  const [row] = await declarationRows(actor, [declaration]);
  if (row === undefined) throw new AppError("declaration.not_found");
  return { ...row, sameWork: await sameWorkOf(actor, declaration) };
}
