import { OrganizationModel } from "../../../models/organization.ts";
import { type Registration, RegistrationModel } from "../../../models/registration.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getRegistration as contract } from "../../../shared/contracts/registrations.ts";
import { isWithinDepartments } from "../../permissions/departments.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { type ReviewedRegistration, withReviewers } from "./registration-with-reviewer.ts";

export interface RegistrationDetails extends ReviewedRegistration {
  /** names of the organizations that the form chose, by id */
  names: ReadonlyMap<string, string>;
}

/** A registration for its reviewers: the organization that decides it, with the module for its kind (REG-29). */
export async function getRegistration(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<RegistrationDetails> {
  const actor = requireActor(ctx);
  const registration = await RegistrationModel.findById(input.id).lean();
  if (registration === null || !maySee(actor, registration)) throw new AppError("registration.not_found");
  const [reviewed] = await withReviewers([registration]);
  if (reviewed === undefined) throw new AppError("registration.not_found");
  const { superiorId, bureauId } = registration.data;
  const chosen = await OrganizationModel.find(
    { _id: { $in: [superiorId, bureauId].filter((id) => typeof id === "string") } },
    { name: 1 },
  ).lean();
  return { ...reviewed, names: new Map(chosen.map((one) => [one._id, one.name])) };
}

function maySee(actor: Actor, registration: Registration): boolean {
  const module = registration.kind === "person" ? "registrations:people" : "registrations:organizations";
  if (actor.accountId === registration.accountId) return true;
  if (actor.organizationId !== registration.reviewerId || !actor.modules.has(module)) return false;
  const { departmentId } = registration.data;
  return isWithinDepartments(actor, { departmentId: typeof departmentId === "string" ? departmentId : null });
}
