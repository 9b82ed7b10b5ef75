import type { Draft, DraftKind } from "../../models/draft.ts";
import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { authorizeApplying } from "./applications.ts";

/** Whose a draft is: somebody's in the role that he has now. */
export function ownerOf({ accountId, roleKey }: Actor): Pick<Draft, "accountId" | "roleKey"> {
  return { accountId, roleKey };
}

/** Throws `permission.denied` (403) unless the actor may submit what the draft is for. */
export function authorizeDrafting(actor: Actor, kind: DraftKind): void {
  if (kind === "training-plan") {
    authorizeApplying(actor, kind);
    if (actor.role !== "employer" && actor.role !== "authority") throw new AppError("permission.denied");
    return;
  }
  if (kind === "profile-change") {
    if (actor.role !== "professional") throw new AppError("permission.denied");
    return;
  }
  const mayDeclare = actor.role === "professional" || actor.modules.has("declarations:submit");
  // A base reports its classes (CNV-01).
  if (!mayDeclare || actor.role === "base") throw new AppError("permission.denied");
}
