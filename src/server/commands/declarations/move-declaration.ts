import {
  type Declaration,
  type DeclarationLine,
  DeclarationModel,
  type DeclarationStatus,
} from "../../../models/declaration.ts";
import { AppError } from "../../../shared/app-error.ts";

/** Which states a declaration may come from: the whole life of a declaration in one table. */
const comesFrom: Readonly<Record<DeclarationStatus, readonly DeclarationStatus[]>> = {
  pending: ["rejected"],
  approved: ["pending"],
  rejected: ["pending"],
  withdrawn: ["pending"],
  cancelled: ["rejected"],
  revoked: ["approved"],
};

/**
 * The one place that changes a declaration's state: guarded by the state it comes from, so that of two writers one
 * wins and the other gets `request.conflict` (409). Returns the declaration as it is now, without
 * its trace.
 */
export async function moveDeclaration(
  declarationId: string,
  status: DeclarationStatus,
  change: Partial<Declaration>,
): Promise<DeclarationLine> {
  const moved = await DeclarationModel.findOneAndUpdate(
    { _id: declarationId, status: { $in: [...comesFrom[status]] } },
    { $set: { ...change, status }, $inc: { version: 1 } },
    { returnDocument: "after", projection: { trace: 0 } },
  ).lean<DeclarationLine>();
  if (moved === null) throw new AppError("request.conflict");
  return moved;
}

/**
 * The same for all that one application holds together in one state; returns how many. None is left behind: a
 * declaration of it that somebody moved meanwhile is not in that state any more.
 */
export async function moveDeclarations(
  held: { applicationId: string; from: DeclarationStatus },
  status: DeclarationStatus,
  change: Partial<Declaration>,
): Promise<number> {
  if (!comesFrom[status].includes(held.from)) throw new AppError("request.conflict");
  const moved = await DeclarationModel.updateMany(
    { applicationId: held.applicationId, status: held.from },
    { $set: { ...change, status }, $inc: { version: 1 } },
  );
  return moved.modifiedCount;
}
