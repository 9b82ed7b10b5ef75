import { ApplicationModel } from "../../../models/application.ts";
import { DeclarationModel } from "../../../models/declaration.ts";
import { AppError } from "../../../shared/app-error.ts";

/** Hours of each person that a plan's declarations hold, approved or under review: person id → hours. */
export type PlanUse = ReadonlyMap<string, number>;

/** Participants may exceed the planned number by a tenth; for more the plan is amended (PLN-07). */
export function mostPeople(plannedPeople: number): number {
  return Math.floor((plannedPeople * 11) / 10);
}

/**
 * Who has been declared for under a plan, in whatever version and session of it, and for how many hours. `exceptId` is
 * the declaration that is being corrected. Bounded by the people whom a plan may have.
 */
export async function planUse(
  plan: { organizationId: string; rootId: string },
  exceptId: string | null = null,
): Promise<PlanUse> {
  const declared = await ApplicationModel.find(
    {
      organizationId: plan.organizationId,
      kind: "plan-declaration",
      "data.rootId": plan.rootId,
      status: { $in: ["pending", "approved", "rejected"] },
      ...(exceptId === null ? {} : { _id: { $ne: exceptId } }),
    },
    { _id: 1 },
  ).lean();
  if (declared.length === 0) return new Map();
  const sums = await DeclarationModel.aggregate<{ _id: string; public: number; professional: number }>([
    {
      $match: {
        applicationId: { $in: declared.map(({ _id }) => _id) },
        status: { $in: ["pending", "approved", "rejected"] },
      },
    },
    {
      $group: {
        _id: "$personId",
        public: { $sum: "$hours.public" },
        professional: { $sum: "$hours.professional" },
      },
    },
  ]);
  return new Map(sums.map((sum) => [sum._id, sum.public + sum.professional]));
}

/** Throws `plan.people_exceeded` (409) when more people than a plan allows would be declared for (PLN-07). */
export function requirePeopleWithin(
  plannedPeople: number,
  use: PlanUse,
  further: readonly string[] = [],
): void {
  const people = new Set([...use.keys(), ...further]).size;
  if (people > mostPeople(plannedPeople))
    throw new AppError("plan.people_exceeded", { people, planned: plannedPeople });
}

/**
 * Whether a changed plan still covers what was declared under it: `plan.people_exceeded` (409), or `plan.invalid` (400)
 * for fewer hours than somebody has been declared for.
 */
export async function requireFitsUse(
  plan: { organizationId: string; rootId: string },
  { plannedPeople, plannedHours }: { plannedPeople: number; plannedHours: number },
): Promise<void> {
  const use = await planUse(plan);
  requirePeopleWithin(plannedPeople, use);
  const most = Math.max(0, ...use.values());
  if (most <= plannedHours) return;
  const message = `计划学时不能少于已申报的${most}学时`;
  throw new AppError("plan.invalid", {
    reason: message,
    problems: [{ path: "body.plannedHours", message }],
  });
}
