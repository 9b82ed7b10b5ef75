import { ApplicationModel } from "../../../models/application.ts";
import { DeclarationModel } from "../../../models/declaration.ts";
import { PersonModel } from "../../../models/person.ts";
import { RegistrationModel } from "../../../models/registration.ts";
import { WorkflowTask } from "../../../models/workflow-task.ts";
import type { CommandContext } from "../../command-context.ts";
import type { TaskFilter } from "./todo-filter.ts";

/** The latest items of one person that a search by ID number looks at, of each of three kinds. */
const mostItems = 500;

/** The latest of one person's tasks that a list by ID number has. */
const mostTasks = 400;

/** Instances whose tasks are read at once: databases take few enough ranges one by one, and too many as one. */
const instancesAtOnce = 200;

/**
 * Ids of the tasks about one person in a box (AUD-08), the latest at most. His registrations, declarations and
 * applications are found through indexes, their instances' tasks through another, whatever the box's length; the rest
 * of a search looks at these only. Whoever does not exist has none.
 */
export async function tasksOfPerson(
  ctx: CommandContext,
  idNumber: string,
  { filter, newest }: { filter: TaskFilter; newest: "createdAt" | "decidedAt" },
): Promise<string[]> {
  const instanceIds = await instancesOf(ctx.app.secrets.blindIndex(idNumber));
  const found: { _id: string; at: number }[] = [];
  for (let from = 0; from < instanceIds.length; from += instancesAtOnce) {
    const some = { ...filter, instanceId: { $in: instanceIds.slice(from, from + instancesAtOnce) } };
    const times = { createdAt: 1, decidedAt: 1 } as const;
    const tasks = await WorkflowTask.find(some, times, { hint: "instance_key" }).lean();
    found.push(...tasks.map((task) => ({ _id: task._id, at: task[newest]?.getTime() ?? 0 })));
  }
  const latest = found.toSorted((one, other) => other.at - one.at).slice(0, mostTasks);
  return latest.map(({ _id }) => _id);
}

async function instancesOf(idNumberIndex: string): Promise<string[]> {
  const latest = { sort: { submittedAt: -1 }, limit: mostItems } as const;
  const shown = { instanceId: 1 } as const;
  const items = await RegistrationModel.find({ idNumberIndex }, shown, latest).lean();
  const instanceIds = items.map(({ instanceId }) => instanceId);
  const person = await PersonModel.findOne({ idNumberIndex }, { _id: 1 }).lean();
  if (person === null) return instanceIds;
  const personId = person._id;
  const declarations = await DeclarationModel.find({ personId }, shown, latest).lean();
  const applications = await ApplicationModel.find({ personId }, shown, latest).lean();
  return [...instanceIds, ...[...declarations, ...applications].map(({ instanceId }) => instanceId)];
}
