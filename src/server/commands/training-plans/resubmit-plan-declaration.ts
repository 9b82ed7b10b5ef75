import { ApplicationModel } from "../../../models/application.ts";
import { AppError } from "../../../shared/app-error.ts";
import { applicationStatusNames } from "../../../shared/contracts/applications.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { resubmitPlanDeclaration as contract } from "../../../shared/contracts/plan-declarations.ts";
import type { CommandContext } from "../../command-context.ts";
import { loadOwnApplication } from "../applications/load-own-application.ts";
import { resubmitApplication } from "../applications/resubmit-application.ts";
import { moveDeclarations } from "../declarations/move-declaration.ts";
import { holdPeople } from "../people/hold-people.ts";
import { nextNumber } from "../next-number.ts";
import { checkParticipants } from "./check-participants.ts";
import { insertPlanItems } from "./insert-plan-items.ts";
import type { PlanDeclaration, PlanDeclarationData } from "./plan-declaration.ts";
import { claimPlan, sessionData, sessionTitle, sumOf } from "./submit-plan-declaration.ts";
import { requireOpenPlan, type TrainingPlan } from "./training-plan.ts";

/** A plan is amended a few times at most; more versions than this point to a circle. */
const mostVersions = 100;

/**
 * A returned declaration of a plan, corrected, under the plan as it is now, from the first step of its route again
 * (APR-11). The earlier items end as 已取消 and each participant gets a new one, so that the records show both. In the
 * days of grace after the year's last day only those who were declared before it may be among them (PST-04). Errors: as
 * `submitPlanDeclaration`; `application.not_correctable` (409).
 */
export async function resubmitPlanDeclaration(
  ctx: CommandContext,
  { id, ...session }: InputOf<typeof contract>,
): Promise<PlanDeclaration> {
  const declared = await loadOwnApplication<PlanDeclarationData>(ctx, id, "plan-declaration");
  if (declared.status !== "rejected")
    throw new AppError("application.not_correctable", { status: applicationStatusNames[declared.status] });
  const plan = await currentPlan(declared.data.planId);
  requireOpenPlan(ctx, plan, true);
  const held = { applicationId: id, from: "rejected" as const };
  await moveDeclarations(held, "cancelled", { decidedAt: ctx.clock.now() });
  const participants = await checkParticipants(ctx, plan, { session, exceptId: id });
  await claimPlan(plan);
  await holdPeople(participants.map(({ person }) => person));
  const title = sessionTitle(plan, session);
  const corrected = await resubmitApplication<PlanDeclarationData>(ctx, declared, {
    title,
    data: sessionData(plan, session, await nextNumber(ctx.app, "PC")),
    attachments: session.evidence,
    subject: { hours: sumOf(participants) },
  });
  await insertPlanItems(ctx, corrected, participants);
  return corrected;
}

/** The plan's version in force: its last approved amendment, or itself. */
async function currentPlan(planId: string): Promise<TrainingPlan> {
  let id: string | null = planId;
  for (let count = 0; count < mostVersions && id !== null; count += 1) {
    const plan: TrainingPlan | null = await ApplicationModel.findById(id).lean<TrainingPlan>();
    if (plan === null) break;
    if (plan.data.replacedById === null) return plan;
    id = plan.data.replacedById;
  }
  throw new Error(`plan ${planId} has no version in force`);
}
