import { ApplicationModel } from "../application.ts";
import { DeclarationModel } from "../declaration.ts";
import { type Person, PersonModel } from "../person.ts";
import { WorkflowTask } from "../workflow-task.ts";

const peopleAtOnce = 200;

/**
 * Items that were submitted before they kept the person's department (AUD-08) get the one that he is in now: else no
 * search by department would find them, and administrators who are limited to it (ADM-13) would not see them.
 */
export async function keepDepartmentsOfItems(): Promise<void> {
  const people = PersonModel.find({ departmentId: { $type: "string" } }, { departmentId: 1 }).sort({
    _id: 1,
  });
  let batch: Member[] = [];
  for await (const person of people.lean().cursor({ batchSize: peopleAtOnce })) {
    batch.push(person);
    if (batch.length < peopleAtOnce) continue;
    await keepOf(batch);
    batch = [];
  }
  await keepOf(batch);
}

type Member = Pick<Person, "_id" | "departmentId">;

async function keepOf(people: readonly Member[]): Promise<void> {
  const departments = new Map<string, string[]>();
  for (const { _id, departmentId } of people) {
    if (departmentId !== null) departments.set(departmentId, [...(departments.get(departmentId) ?? []), _id]);
  }
  for (const [departmentId, personIds] of departments) await keepFor(personIds, departmentId);
}

async function keepFor(personIds: readonly string[], departmentId: string): Promise<void> {
  const theirs = { personId: { $in: [...personIds] } };
  const unsaid = { departmentId: { $exists: false } };
  const kept = { $set: { departmentId } };
  const instanceIds = [
    ...(await DeclarationModel.distinct("instanceId", theirs)),
    ...(await ApplicationModel.distinct("instanceId", theirs)),
  ];
  await DeclarationModel.updateMany({ ...theirs, ...unsaid }, kept);
  await ApplicationModel.updateMany({ ...theirs, ...unsaid }, kept);
  await WorkflowTask.updateMany({ instanceId: { $in: instanceIds }, ...unsaid }, kept);
}
