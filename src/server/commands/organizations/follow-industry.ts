import { type Person, PersonModel } from "../../../models/person.ts";
import type { App } from "../../command-context.ts";
import { runCommand, systemCaller } from "../../run-command.ts";
import { keepPastYears, redetermineYear } from "../people/redetermine-years.ts";

/** People of one transaction: each may have a row to store for every past year. */
const peopleAtOnce = 20;

/**
 * The job after an organization's industry changed (REQ-06, REQ-08): the running year of its people is determined anew
 * by the new one, and their past years stay as `before`, the industry of then, decides them; those that nobody has
 * stored yet are stored now. Accountants go by rules of their own wherever they work (ACC-03). Running twice is
 * harmless.
 */
export async function followIndustry(
  app: App,
  { organizationId, before }: { organizationId: string; before: string },
): Promise<void> {
  const concerned = { organizationId, isAccountant: false };
  let batch: string[] = [];
  for await (const { _id } of PersonModel.find(concerned, { _id: 1 }).lean().cursor()) {
    batch.push(_id);
    if (batch.length < peopleAtOnce) continue;
    await followPeople(app, batch, { ...concerned, before });
    batch = [];
  }
  await followPeople(app, batch, { ...concerned, before });
}

interface Concerned {
  organizationId: string;
  isAccountant: boolean;
  before: string;
}

/** Whoever has left meanwhile is as his transfer left him. */
async function followPeople(
  app: App,
  ids: readonly string[],
  { before, ...concerned }: Concerned,
): Promise<void> {
  if (ids.length === 0) return;
  await runCommand(app, systemCaller(`industry ${concerned.organizationId}`), async (ctx) => {
    const people = await PersonModel.find({ ...concerned, _id: { $in: [...ids] } }).lean<Person[]>();
    for (const person of people) {
      await keepPastYears(ctx, { ...person, industry: before });
      if (person.status === "active") await redetermineYear(ctx, person);
    }
  });
}
