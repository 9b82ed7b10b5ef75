import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listTasks as contract } from "../../../shared/contracts/workflow.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { departmentFilter } from "../../permissions/departments.ts";
import { containing } from "../page.ts";
import { duringDays } from "../review-lists.ts";
import { instanceOfNumber } from "./instance-of-number.ts";
import { tasksOfPerson } from "./tasks-of-person.ts";
import { holderId, rightsFilter, type TaskFilter, todoFilter } from "./todo-filter.ts";

/** What `listTasks` takes, and an ID number where it came in a body (AUD-08). */
export type TaskSearch = Omit<InputOf<typeof contract>, "page" | "pageSize"> & {
  idNumber?: string | undefined;
};

/** Which tasks 待办 or 已办 show to the actor, as far as they are searched for. */
export async function boxFilter(ctx: CommandContext, input: TaskSearch): Promise<TaskFilter> {
  const actor = requireActor(ctx);
  const { $or: rights, ...box } = input.box === "todo" ? todoFilter(actor) : doneFilter(actor, input);
  // Conditions that partial indexes ask for stay on top; what may occur twice goes side by side below them.
  const others: TaskFilter[] = [
    ...(rights === undefined ? [] : [{ $or: rights }]),
    ...(await searching(input)),
    ...(await ofPerson(ctx, input, box)),
  ];
  const [only] = others;
  const found = { ...narrowing(input), ...box, ...departmentFilter(actor, input.departmentId) };
  if (others.length > 1) return { ...found, $and: others };
  return { ...found, ...only };
}

/** Only what an ID number asks for is looked up first. */
async function ofPerson(ctx: CommandContext, input: TaskSearch, filter: TaskFilter): Promise<TaskFilter[]> {
  if (input.idNumber === undefined) return [];
  const newest = input.box === "todo" ? "createdAt" : "decidedAt";
  return [{ _id: { $in: await tasksOfPerson(ctx, input.idNumber, { filter, newest }) } }];
}

/**
 * The index for a search about one person, whose tasks are known by id: left to choose, a database may read the whole
 * list instead, because it is in order already.
 */
export function indexFor({ idNumber }: TaskSearch): { hint?: string } {
  return idNumber === undefined ? {} : { hint: "_id_" };
}

/** 待办 by when they came, 已办 by when they were decided. */
export function newestFirst({ box }: Pick<TaskSearch, "box">): Record<string, -1> {
  return box === "todo" ? { createdAt: -1 } : { decidedAt: -1 };
}

/** What the actor's organization, or he himself, decided, without what he took out of his list (AUD-02, AUD-03). */
function doneFilter(actor: Actor, { outcome }: TaskSearch): TaskFilter {
  return {
    "candidate.id": holderId(actor),
    status: "decided",
    hiddenFor: { $ne: actor.accountId },
    ...rightsFilter(actor),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

function narrowing({ processKey, year, origin, ...days }: TaskSearch): TaskFilter {
  return {
    ...duringDays("createdAt", days),
    ...(processKey === undefined ? {} : { processKey }),
    ...(year === undefined ? {} : { year }),
    ...(origin === undefined ? {} : { origin: origin === "base" ? "base" : { $ne: "base" } }),
  };
}

/** Part of the applicant's name or of the title, or a whole number. */
async function searching({ q }: TaskSearch): Promise<TaskFilter[]> {
  if (q === undefined || q === "") return [];
  if (/^[A-Z]{2}\d{8}-\d{6,}$/.test(q)) return [{ instanceId: (await instanceOfNumber(q)) ?? "" }];
  return [{ $or: [{ applicantName: containing(q) }, { title: containing(q) }] }];
}
