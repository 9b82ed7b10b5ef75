import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { requireModule } from "./scope.ts";

/**
 * Who may create the bureau of a region (AMB-40): the operator, or a bureau of a region above it. `regionsAbove` are
 * the codes above the new bureau's region; `actorRegion` is where the actor's organization is.
 */
export function authorizeBureauCreation(
  actor: Actor,
  regionsAbove: readonly string[],
  actorRegion: string,
): void {
  requireModule(actor, "bureaus:create");
  if (actor.role === "operator") return;
  if (!regionsAbove.includes(actorRegion)) throw new AppError("permission.denied");
}
