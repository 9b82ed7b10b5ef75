import type { ApiClient } from "../../shared/api-client.ts";
import { changePassword } from "../../shared/contracts/accounts.ts";
import { previewRoute, submitDeclarations } from "../../shared/contracts/declarations.ts";
import { declarationBody, declare, declareRefused, loadForms, sampleActivities } from "./declare.ts";
import { demoPassword, type Journey } from "./journey.ts";
import type { Professional, World } from "./world.ts";

/** First login with the last six of the ID: one use, forced change (PWD-08, IMP-04). */
export async function firstLogin(journey: Journey, person: Professional): Promise<ApiClient> {
  const initial = person.idNumber.slice(-6);
  const client = await journey.client().logIn("professional", person.idNumber, initial);
  await client.ok(changePassword, { oldPassword: initial, newPassword: demoPassword });
  return client;
}

/** Every form 01–12, once by a person for himself and once by the employer for two people. */
export async function declareEveryForm(
  journey: Journey,
  world: World,
  people: readonly Professional[],
): Promise<void> {
  const forms = await loadForms(world.employer.admin);
  let next = 0;
  for (const activity of sampleActivities(journey)) {
    const form = forms.get(activity.form);
    if (form === undefined) throw new Error(`form ${activity.form} is missing`);
    const [himself, first, second] = people.slice(next, next + 3);
    next += 3;
    if (himself === undefined || first === undefined || second === undefined)
      throw new Error("too few people");
    const client = await firstLogin(journey, himself);
    const own = await declare(journey, client, { form, facts: activity.facts });
    journey.expect(`form ${form.id} by the person`, own.declarations[0]?.hours, activity.hours);
    const byEmployer = await declare(journey, world.employer.admin, {
      form,
      facts: activity.facts,
      people: [first.id, second.id],
    });
    journey.expect(
      `form ${form.id} by the employer`,
      byEmployer.declarations.map((entry) => entry.hours),
      [activity.hours, activity.hours],
    );
    journey.note(`${form.id} ${form.title}: ${activity.hours.public + activity.hours.professional} 学时`);
  }
}

export interface RuleActors {
  accountants: readonly Professional[];
  others: readonly Professional[];
}

/** What the rules refuse, with the verbatim messages, and what they fix for accountants. */
export async function playRules(journey: Journey, world: World, actors: RuleActors): Promise<void> {
  const { admin } = world.employer;
  const forms = await loadForms(admin);
  const form = forms.get("04");
  const accountant = actors.accountants[0];
  const other = actors.others[0];
  if (form === undefined || accountant === undefined || other === undefined)
    throw new Error("nothing to declare");
  const facts = { level: "province", days: 1, presented: false };
  const base = { form, facts, people: [other.id] };
  const mixed = await declareRefused(journey, admin, {
    ...base,
    people: [accountant.id, other.id],
    what: "accountants and others together",
    code: "declaration.mixed_accountants",
  });
  journey.expectText("verbatim", mixed, "不得同时选择会计人员和非会计人员");
  const past = await declareRefused(journey, admin, {
    ...base,
    change: {
      year: journey.year - 1,
      startDate: `${journey.year - 1}-05-06`,
      endDate: `${journey.year - 1}-05-06`,
    },
    what: "a past year",
    code: "declaration.past_year_closed",
  });
  journey.expectText("verbatim", past, "往年学时申报已截止，目前仅可申报当年学时");
  await declareRefused(journey, admin, {
    ...base,
    change: { hours: { public: 0, professional: 40 } },
    what: "hours above the computed value",
    code: "declaration.invalid",
  });
  await accountantsDeclare(journey, world, { form, facts, accountant });
}

async function accountantsDeclare(
  journey: Journey,
  world: World,
  about: {
    form: Parameters<typeof declare>[2]["form"];
    facts: Record<string, string | number | boolean>;
    accountant: Professional;
  },
): Promise<void> {
  const { admin } = world.employer;
  const { form, facts, accountant } = about;
  const preview = await admin.ok(previewRoute, { personIds: [accountant.id] });
  journey.expect(
    "accountants go straight to the bureau",
    preview.steps.map((step) => step.organizationId),
    [world.city.id],
  );
  const submitted = await declare(journey, admin, { form, facts, people: [accountant.id] });
  journey.expect("accountants' hours count to 公需课", submitted.declarations[0]?.hours, {
    public: 4,
    professional: 0,
  });
  const body = await declarationBody(journey, admin, {
    form,
    facts: { ...facts },
    people: [accountant.id],
    subject: "professional",
  });
  const answer = await admin.call(submitDeclarations, body);
  journey.expect(
    "accountants cannot choose 专业课",
    [answer.status, answer.body.error?.code],
    [400, "declaration.invalid"],
  );
}
