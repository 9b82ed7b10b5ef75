import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { LoginRole } from "../../../shared/modules.ts";

/** Why a professional may no longer sign in: the record was closed (LOG-10, PER-12); null otherwise. */
export async function recordClosed(accountId: string, role: LoginRole): Promise<AppError | null> {
  if (role !== "professional") return null;
  const closed = await PersonModel.exists({ accountId, status: "deregistered" });
  return closed === null ? null : new AppError("login.deregistered");
}
