import { OrganizationModel } from "../../../models/organization.ts";
import { RegistrationModel } from "../../../models/registration.ts";
import { AppError } from "../../../shared/app-error.ts";

/** Who holds a credit code, and whom to ask about it. */
export interface CodeHolder {
  holder: string;
  contact: string;
}

/**
 * The live organization, or else the waiting registration, that has this code (REG-23), or the one that is gone and
 * still holds it: a merged one for ever (DRG-06), a closed one until the operator releases it (DRG-07). Null: free.
 */
export async function holderOfCreditCode(creditCode: string): Promise<CodeHolder | null> {
  const holder = await OrganizationModel.findOne({ creditCode, status: "active" }).lean();
  if (holder !== null) {
    return { holder: holder.name, contact: await contactOf(holder.superiorId ?? holder._id) };
  }
  const gone = await OrganizationModel.findOne(
    { creditCode, status: { $in: ["closed", "merged"] }, creditCodeReleasedAt: null },
    { name: 1, status: 1, superiorId: 1 },
  ).lean();
  if (gone !== null) {
    const state = gone.status === "merged" ? "已合并" : "已注销";
    return { holder: `${gone.name}（${state}）`, contact: await contactOf(gone.superiorId ?? gone._id) };
  }
  const pending = await RegistrationModel.findOne({ creditCode, status: "pending" }).lean();
  if (pending === null) return null;
  return { holder: `${pending.subjectName}（待审核）`, contact: await contactOf(pending.reviewerId) };
}

/** Throws `registration.credit_code_taken` with the holder's name and its superior's contact. */
export async function requireFreeCreditCode(creditCode: string): Promise<void> {
  const taken = await holderOfCreditCode(creditCode);
  if (taken !== null) throw new AppError("registration.credit_code_taken", { ...taken });
}

async function contactOf(organizationId: string): Promise<string> {
  const superior = await OrganizationModel.findById(organizationId, { name: 1, phone: 1 }).lean();
  return superior === null ? "—" : `${superior.name} ${superior.phone}`;
}
