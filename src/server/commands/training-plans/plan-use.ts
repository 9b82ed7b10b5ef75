import { ApplicationModel } from "../../../models/application.ts";
import { DeclarationModel } from "../../../models/declaration.ts";
import { mostPlanPeople } from "../../../rules/plan-people.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";

/** Hours of each person that a plan's declarations hold, approved or under review: person id → hours. */
export type PlanUse = ReadonlyMap<string, number>;

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

/**
 * Throws `plan.people_exceeded` (409) when more people than the rule pack allows for a plan would be declared for: for
 * more the plan is amended (PLN-07).
 */
export function requirePeopleWithin(
  { app }: Pick<CommandContext, "app">,
  plan: { year: number; plannedPeople: number },
  declared: { use: PlanUse; further?: readonly string[] },
): void {
  const people = new Set([...declared.use.keys(), ...(declared.further ?? [])]).size;
  const most = mostPlanPeople(app.packs, plan);
  if (people > most)
    throw new AppError("plan.people_exceeded", { people, most, planned: plan.plannedPeople });
}

/**
 * Whether a changed plan still covers what was declared under it: `plan.people_exceeded` (409), or `plan.invalid` (400)
 * for fewer hours than somebody has been declared for.
 */
export async function requireFitsUse(
  ctx: CommandContext,
  plan: { organizationId: string; rootId: string; year: number },
  { plannedPeople, plannedHours }: { plannedPeople: number; plannedHours: number },
): Promise<void> {
  const use = await planUse(plan);
  requirePeopleWithin(ctx, { year: plan.year, plannedPeople }, { use });
  const most = Math.max(0, ...use.values());
  if (most <= plannedHours) return;
  const message = `计划学时不能少于已申报的${most}学时`;
  throw new AppError("plan.invalid", {
    reason: message,
    problems: [{ path: "body.plannedHours", message }],
  });
}
