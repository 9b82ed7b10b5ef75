import { type Person, PersonModel } from "../../../models/person.ts";
import { checkPeople } from "../../../rules/check-declaration.ts";
import { AppError, invalidFields } from "../../../shared/app-error.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { isWithinDepartments } from "../../permissions/departments.ts";
import { requireModule } from "../../permissions/scope.ts";

/** Who declares. A base's declarations follow from its classes. */
export type Origin = "person" | "employer" | "base";

export interface DeclaredPeople {
  origin: Exclude<Origin, "base">;
  /** in the order asked for */
  people: Person[];
}

/**
 * The people that the actor may declare for: himself without ids; an employer's own people (DEC-01). A base declares
 * nobody here: it reports classes, whose hours the bureau that grants it sets (CNV-01). Errors: `permission.denied` (403)
 * without the module, `declaration.base_by_class` (403), `person.not_found` (404) for anybody else,
 * `declaration.mixed_accountants` (400, DEC-02).
 */
export async function loadDeclaredPeople(
  ctx: CommandContext,
  personIds: readonly string[],
): Promise<DeclaredPeople> {
  const actor = requireActor(ctx);
  if (actor.role === "base") throw new AppError("declaration.base_by_class");
  const ids = [...new Set(personIds)];
  const origin = originOf(actor);
  const people = await findPeople(actor, origin === "person" ? ownId(actor, ids) : someIds(actor, ids));
  const checked = checkPeople(
    ctx.app.packs,
    people.map((person) => ({ accountant: person.isAccountant })),
  );
  if (!checked.ok) throw new AppError("declaration.mixed_accountants");
  return { origin, people };
}

/** Who declares, by the role of the session. */
function originOf({ role }: Actor): Exclude<Origin, "base"> {
  return role === "professional" ? "person" : "employer";
}

function ownId(actor: Actor, ids: readonly string[]): string[] {
  if (actor.personId === null) throw new AppError("person.not_found");
  if (ids.some((id) => id !== actor.personId)) throw new AppError("permission.denied");
  return [actor.personId];
}

function someIds(actor: Actor, ids: readonly string[]): string[] {
  requireModule(actor, "declarations:submit");
  if (ids.length === 0) throw invalidFields([{ path: "body.people", message: "请选择参加人员" }]);
  return [...ids];
}

async function findPeople(actor: Actor, ids: readonly string[]): Promise<Person[]> {
  const found = await PersonModel.find({ _id: { $in: [...ids] }, status: "active" }).lean<Person[]>();
  const byId = new Map(found.filter((person) => isOurs(actor, person)).map((person) => [person._id, person]));
  return ids.map((id) => {
    const person = byId.get(id);
    if (person === undefined) throw new AppError("person.not_found");
    return person;
  });
}

function isOurs(actor: Actor, person: Person): boolean {
  if (actor.role === "professional") return person._id === actor.personId;
  return person.organizationId === actor.organizationId && isWithinDepartments(actor, person);
}
