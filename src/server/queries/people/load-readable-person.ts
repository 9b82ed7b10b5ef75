import { type Person, PersonModel } from "../../../models/person.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { loadVisiblePerson } from "./get-person.ts";

/** Years from the first to the last, both included. */
export interface YearSpan {
  from: number;
  to: number;
}

/** A person, and the years of his that the actor may read; `spans` null: all of them. */
export interface ReadablePerson {
  person: Person;
  spans: YearSpan[] | null;
}

/**
 * A person whose years the actor may read: whoever may see the person reads all, a former unit and those above it read
 * the years in which the person belonged to it (TRF-10). Otherwise `person.not_found` (404).
 */
export async function loadReadablePerson(ctx: CommandContext, idOrMe: string): Promise<ReadablePerson> {
  const actor = requireActor(ctx);
  const former = idOrMe === "me" ? null : await loadFormer(actor, idOrMe);
  return former ?? { person: await loadVisiblePerson(ctx, idOrMe), spans: null };
}

/** Whether a year is within what may be read. */
export function isReadable(spans: readonly YearSpan[] | null, year: number): boolean {
  return spans === null || spans.some(({ from, to }) => from <= year && year <= to);
}

async function loadFormer(actor: Actor, personId: string): Promise<ReadablePerson | null> {
  if (actor.role === "professional" || !actor.modules.has("people:query")) return null;
  // Whoever left is in none of the unit's departments any more (ADM-13).
  if (actor.departmentIds !== undefined) return null;
  const former = { _id: personId, "formerUnits.scopeIds": actor.organizationId };
  const person = await PersonModel.findOne(former).lean<Person>();
  if (person === null || person.scopeIds.includes(actor.organizationId)) return null;
  const spans = person.formerUnits
    .filter(({ scopeIds }) => scopeIds.includes(actor.organizationId))
    .map(({ from, to }) => ({ from: Number(from.slice(0, 4)), to: Number(to.slice(0, 4)) }));
  return { person, spans };
}
