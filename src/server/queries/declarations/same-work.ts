import { type Declaration, DeclarationModel } from "../../../models/declaration.ts";
import type { Actor } from "../../command-context.ts";
import { maySeeDeclaration } from "../../permissions/declarations.ts";

/** Claims that are shown; a work rarely has more authors. */
const shownClaims = 20;

type Claim = Pick<
  Declaration,
  "_id" | "number" | "personName" | "organizationName" | "year" | "facts" | "status"
> & {
  /** whether the actor may open it */
  isVisible: boolean;
};

export interface SameWork {
  claims: Claim[];
  hasMore: boolean;
}

/**
 * Other people's live declarations of the same work in any year, newest first (DEC-13, APR-10); null for
 * professionals.
 */
export async function sameWorkOf(actor: Actor, declaration: Declaration): Promise<SameWork | null> {
  if (actor.role === "professional") return null;
  const { workKeys = [], personId } = declaration;
  if (workKeys.length === 0) return { claims: [], hasMore: false };
  const found = await DeclarationModel.find(
    {
      workKeys: { $in: workKeys },
      personId: { $ne: personId },
      status: { $in: ["pending", "approved", "rejected"] },
    },
    { trace: 0, evidence: 0, hoursChanges: 0 },
  )
    .sort({ submittedAt: -1 })
    .limit(shownClaims + 1)
    .lean<Declaration[]>();
  const claims = found
    .slice(0, shownClaims)
    .map((other) => ({ ...other, isVisible: maySeeDeclaration(actor, other) }));
  return { claims, hasMore: found.length > shownClaims };
}
