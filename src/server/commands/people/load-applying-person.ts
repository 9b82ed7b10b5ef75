import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Actor } from "../../command-context.ts";
import { isWithinDepartments } from "../../permissions/departments.ts";

/** A person about whom something is applied for, and the unit that it happens in. */
export interface ApplyingPerson {
  person: Person;
  unit: Organization;
}

/** The professional himself. `permission.denied` (403) in a role of administration. */
export async function loadOwnPerson(actor: Actor): Promise<ApplyingPerson> {
  if (actor.role !== "professional") throw new AppError("permission.denied");
  return await loadActive({ _id: actor.personId ?? "" });
}

/** One of the people of the actor's organization, and departments (ADM-13); else `person.not_found` (404). */
export async function loadUnitPerson(actor: Actor, personId: string): Promise<ApplyingPerson> {
  const found = await loadActive({ _id: personId, organizationId: actor.organizationId });
  if (!isWithinDepartments(actor, found.person)) throw new AppError("person.not_found");
  return found;
}

async function loadActive(filter: { _id: string; organizationId?: string }): Promise<ApplyingPerson> {
  const person = await PersonModel.findOne({ ...filter, status: "active" }).lean<Person>();
  if (person === null) throw new AppError("person.not_found");
  const unit = await OrganizationModel.findById(person.organizationId).lean<Organization>();
  if (unit === null) throw new Error(`organization ${person.organizationId} of a person does not exist`);
  return { person, unit };
}
