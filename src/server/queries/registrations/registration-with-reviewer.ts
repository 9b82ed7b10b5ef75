import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import type { Registration } from "../../../models/registration.ts";

/** A registration and its reviewer with the path above it, top first (PRG-02, PRG-07). */
export interface ReviewedRegistration {
  registration: Registration;
  reviewer: Organization | null;
  path: string[];
}

/** Reads the reviewers of several registrations and the names above them, in two reads. */
export async function withReviewers(registrations: readonly Registration[]): Promise<ReviewedRegistration[]> {
  const reviewers = await OrganizationModel.find({
    _id: { $in: registrations.map((one) => one.reviewerId) },
  }).lean();
  const above = await OrganizationModel.find(
    { _id: { $in: reviewers.flatMap((one) => one.ancestorIds) } },
    { name: 1 },
  ).lean();
  const names = new Map(above.map((one) => [one._id, one.name]));
  return registrations.map((registration) => {
    const reviewer = reviewers.find((one) => one._id === registration.reviewerId) ?? null;
    const ancestors = (reviewer?.ancestorIds ?? []).map((id) => names.get(id) ?? "—").toReversed();
    return { registration, reviewer, path: reviewer === null ? [] : [...ancestors, reviewer.name] };
  });
}
