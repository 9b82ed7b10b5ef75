import { PersonModel, type Person } from "../../models/person.ts";
import { formDefinitions } from "../../rules/form-definition.ts";
import type { Actor, App, CommandContext } from "../command-context.ts";
import { submitDeclarations } from "../commands/declarations/submit-declarations.ts";
import { withdrawDeclaration } from "../commands/declarations/withdraw-declaration.ts";
import { actAs, administratorOf, professional } from "./acting.ts";
import { type Activity, activities, datesOf } from "./activities.ts";
import { approval, decideOpen, type Verdict } from "./decide-open.ts";
import { uploadSample } from "./sample-file.ts";

type Ending = "approved" | "waiting at the unit" | "waiting above" | "rejected" | "withdrawn";

const rejection: Verdict = { outcome: "reject", comment: "证明材料不完整，请补充盖章页后重新提交" };

/**
 * Declarations of the running year in every state: by people themselves and by the employer for several. `star`, the
 * demonstration's professional, ends with the year's professional subject complete.
 */
export async function fillDeclarations(
  app: App,
  units: { hospital: string; company: string },
  star: Person,
): Promise<void> {
  const unit = await administratorOf(units.hospital);
  const people = await peopleOf(units.hospital, false);
  const others = people.filter((person) => person._id !== star._id);
  const [first, second, third, fourth, ...rest] = others;
  await byPerson(app, star, [
    [activities.paper, "approved"],
    [activities.conference, "approved"],
    [activities.outreach, "waiting at the unit"],
  ]);
  await byPerson(app, first, [
    [activities.courses, "waiting above"],
    [activities.patent, "approved"],
  ]);
  await byPerson(app, second, [
    [activities.exam, "rejected"],
    [activities.outreach, "waiting at the unit"],
  ]);
  await byPerson(app, third, [[activities.conference, "withdrawn"]]);
  await byPerson(app, fourth, [[activities.ministryCourse, "waiting above"]]);
  await byUnit(app, unit, { people: rest.slice(0, 5), activity: activities.outreach, ending: "approved" });
  await byUnit(app, unit, {
    people: rest.slice(5, 8),
    activity: activities.conference,
    ending: "waiting above",
  });
  const accountants = await peopleOf(units.hospital, true);
  await byUnit(app, unit, {
    people: accountants,
    activity: activities.accountantClass,
    ending: "waiting above",
  });
}

function peopleOf(organizationId: string, isAccountant: boolean): Promise<Person[]> {
  return PersonModel.find({ organizationId, isAccountant, status: "active" })
    .sort({ _id: 1 })
    .limit(40)
    .lean();
}

async function byPerson(
  app: App,
  person: Person | undefined,
  plans: readonly (readonly [Activity, Ending])[],
): Promise<void> {
  if (person === undefined) throw new Error("the demonstration has too few people");
  const actor = await professional(person._id);
  for (const [activity, ending] of plans) await declare(app, actor, { people: [], activity, ending });
}

interface Declaring {
  people: readonly Person[];
  activity: Activity;
  ending: Ending;
}

const byUnit = declare;

async function declare(app: App, actor: Actor, { people, activity, ending }: Declaring): Promise<void> {
  const input = await inputOf(app, actor, activity);
  const chosen = people.map((person) => ({ personId: person._id }));
  await actAs(app, actor, async (ctx) => {
    const { declarations, route } = await submitDeclarations(ctx, { ...input, people: chosen });
    for (const { _id: id, instanceId } of declarations) {
      if (ending === "withdrawn") await withdrawDeclaration(ctx, { id });
      else await review(ctx, instanceId, { ending, steps: route.length });
    }
  });
}

async function review(
  ctx: CommandContext,
  instanceId: string,
  { ending, steps }: { ending: Ending; steps: number },
): Promise<void> {
  if (ending === "rejected") return decideOpen(ctx, instanceId, rejection);
  // The last step stays open for whoever tries the demonstration.
  const approvals = { approved: steps, "waiting above": steps - 1 }[ending as string] ?? 0;
  for (let step = 0; step < approvals; step += 1) await decideOpen(ctx, instanceId, approval);
}

async function inputOf(app: App, actor: Actor, activity: Activity) {
  const dates = datesOf(activity, app.clock.now());
  const form = formDefinitions(app.packs, { year: dates.year }).find((one) => one.id === activity.form);
  if (form === undefined) throw new Error(`learning form ${activity.form} is not in force`);
  const evidence = [];
  for (const { key, title, required } of form.evidence) {
    if (required) evidence.push({ key, ...(await uploadSample(app, actor, `${title}.pdf`)) });
  }
  return {
    year: dates.year,
    form: activity.form,
    title: activity.title,
    startDate: dates.start,
    endDate: dates.end,
    facts: activity.facts(dates),
    evidence,
    remark: "",
  };
}
