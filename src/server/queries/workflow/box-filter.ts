import { ApplicationModel } from "../../../models/application.ts";
import { DeclarationModel } from "../../../models/declaration.ts";
import { PersonModel } from "../../../models/person.ts";
import { RegistrationModel } from "../../../models/registration.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listTasks as contract } from "../../../shared/contracts/workflow.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { departmentFilter } from "../../permissions/departments.ts";
import { containing } from "../page.ts";
import { duringDays } from "../review-lists.ts";
import { instanceOfNumber } from "./instance-of-number.ts";
import { holderId, rightsFilter, type TaskFilter, todoFilter } from "./todo-filter.ts";

/** What `listTasks` takes, and an ID number where it came in a body (AUD-08). */
export type TaskSearch = Omit<InputOf<typeof contract>, "page" | "pageSize"> & {
  idNumber?: string | undefined;
};

/** The latest items of one person that a search by ID number looks at, of each of three kinds. */
const mostItems = 500;

/** Which tasks 待办 or 已办 show to the actor, as far as they are searched for. */
export async function boxFilter(ctx: CommandContext, input: TaskSearch): Promise<TaskFilter> {
  const actor = requireActor(ctx);
  const { $or: rights, ...box } = input.box === "todo" ? todoFilter(actor) : doneFilter(actor, input);
  // Conditions that partial indexes ask for stay on top; what may occur twice goes side by side below them.
  const others: TaskFilter[] = [
    ...(rights === undefined ? [] : [{ $or: rights }]),
    ...(await searching(input)),
    ...(await ofPerson(ctx, input)),
  ];
  const [only] = others;
  const found = { ...narrowing(input), ...box, ...departmentFilter(actor, input.departmentId) };
  if (others.length > 1) return { ...found, $and: others };
  return { ...found, ...only };
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

/**
 * The tasks about one person: his registrations, declarations and applications are found through indexes, and their
 * instances' tasks through another. Whoever does not exist has none.
 */
async function ofPerson(ctx: CommandContext, { idNumber }: TaskSearch): Promise<TaskFilter[]> {
  if (idNumber === undefined) return [];
  const idNumberIndex = ctx.app.secrets.blindIndex(idNumber);
  const latest = { sort: { submittedAt: -1 }, limit: mostItems } as const;
  const shown = { instanceId: 1 } as const;
  const items = await RegistrationModel.find({ idNumberIndex }, shown, latest).lean();
  const instanceIds = items.map(({ instanceId }) => instanceId);
  const person = await PersonModel.findOne({ idNumberIndex }, { _id: 1 }).lean();
  if (person !== null) {
    const personId = person._id;
    const declarations = await DeclarationModel.find({ personId }, shown, latest).lean();
    const applications = await ApplicationModel.find({ personId }, shown, latest).lean();
    instanceIds.push(...[...declarations, ...applications].map(({ instanceId }) => instanceId));
  }
  return [{ instanceId: { $in: instanceIds } }];
}
