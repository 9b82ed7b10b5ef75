import { OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Actor } from "../../command-context.ts";

/** The words of a name search as an anchored pattern: an index serves it, and no user writes an expression. */
export function startsWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
}

/**
 * The scope part of a people query: the actor's tree, or one organization within it. An organization outside is
 * 404 (QRY-01).
 */
export async function scopeFilter(
  actor: Actor,
  wanted: { organizationId?: string | undefined; ownOnly: "true" | "false" },
): Promise<Record<string, string>> {
  const organizationId = wanted.organizationId ?? actor.organizationId;
  if (organizationId !== actor.organizationId) {
    const within = await OrganizationModel.exists({ _id: organizationId, ancestorIds: actor.organizationId });
    if (within === null) throw new AppError("organization.not_found");
  }
  return wanted.ownOnly === "true" ? { organizationId } : { scopeIds: organizationId };
}
