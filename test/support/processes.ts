import { ApplicationModel } from "../../src/models/application.ts";
import { DeclarationModel } from "../../src/models/declaration.ts";
import { RegistrationModel } from "../../src/models/registration.ts";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { resubmitAdjustment, submitAdjustment } from "../../src/shared/contracts/adjustments.ts";
import { withdrawApplication } from "../../src/shared/contracts/applications.ts";
import { resubmitBaseClass, submitBaseClass } from "../../src/shared/contracts/base-classes.ts";
import { submitClosure } from "../../src/shared/contracts/closures.ts";
import { resubmitDeclaration, withdrawDeclaration } from "../../src/shared/contracts/declaration-changes.ts";
import { submitDeclarations } from "../../src/shared/contracts/declarations.ts";
import { submitDeregistration } from "../../src/shared/contracts/deregistrations.ts";
import {
  submitOrganizationChange,
  submitSuperiorChange,
} from "../../src/shared/contracts/organization-changes.ts";
import { submitProfileChange } from "../../src/shared/contracts/profile-changes.ts";
import {
  registerOrganization,
  registerPerson,
  withdrawRegistration,
} from "../../src/shared/contracts/registrations.ts";
import {
  resubmitPlanDeclaration,
  submitPlanDeclaration,
} from "../../src/shared/contracts/plan-declarations.ts";
import { resubmitTrainingPlan, submitTrainingPlan } from "../../src/shared/contracts/training-plans.ts";
import { releasePeople, submitTransfer } from "../../src/shared/contracts/transfers.ts";
import { approveApplication, attachmentsOf, type Server } from "./applications.ts";
import { classRequest, rosterRow } from "./base-classes.ts";
import { declarationRequest } from "./declaring.ts";
import { password } from "./login.ts";
import { organizationForm, personForm } from "./registrations.ts";
import { planRequest, sessionRequest } from "./training-plans.ts";
import {
  adminOf,
  buildFile,
  newPerson,
  newUnit,
  nextSerial,
  personClient,
  type Unit,
  type World,
} from "./world.ts";

/** Ways into every process, through the API: what a walk over a diagram starts with. */

/** An item that was submitted, and what its applicant may do with it beside deciding tasks. */
export interface Submitted {
  /** of the application, declaration or registration */
  id: string;
  instanceId: string;
  withdraw(): Promise<unknown>;
  /** sends a returned item in again; the processes without a way back have none */
  resubmit?(): Promise<unknown>;
  status(): Promise<string | undefined>;
}

/** One way into a process: who applies for what decides the route's length and what the rules answer. */
export interface WayIn {
  process: string;
  by: string;
  /** the answers of the diagram's rules, as `element=outcome` */
  answers: readonly string[];
  submit(server: Server & { client(): ApiClient }, world: World): Promise<Submitted>;
}

type TestServer = Parameters<WayIn["submit"]>[0];

const applicationStatus = async (id: string) => (await ApplicationModel.findById(id).lean())?.status;

function submitted(
  client: ApiClient,
  { id, instanceId }: { id: string; instanceId: string },
  resubmit?: () => Promise<unknown>,
): Submitted {
  return {
    id,
    instanceId,
    withdraw: () => client.ok(withdrawApplication, { id }),
    ...(resubmit === undefined ? {} : { resubmit }),
    status: () => applicationStatus(id),
  };
}

const freshUnit = ({ app }: TestServer, superior: Unit): Promise<Unit> => newUnit(app, superior);

async function freshPerson({ app, url }: TestServer, unit: Unit, given = {}) {
  const person = await newPerson(app, unit, { firstYear: 2020, ...given });
  return { person, client: await personClient(app, url, person) };
}

async function registration(
  server: TestServer,
  { registrationId, form }: { registrationId: string; form: { idNumber: string; name: string } },
): Promise<Submitted> {
  const stored = () => RegistrationModel.findById(registrationId).lean();
  const { idNumber, name } = form;
  return {
    id: registrationId,
    instanceId: (await stored())?.instanceId ?? "",
    withdraw: async () => {
      const client = server.client();
      const body = { id: registrationId, name, idNumber, password, ...(await client.captcha()) };
      return await client.ok(withdrawRegistration, body);
    },
    status: async () => (await stored())?.status,
  };
}

async function closure(server: TestServer, unit: Unit, target: Unit | null): Promise<Submitted> {
  const client = await adminOf(server.app, server.url, unit);
  const common = { reason: "机构改革", proof: await buildFile(server.app, unit.adminAccountId) };
  const merger = target === null ? null : { closureKind: "merge" as const, targetId: target._id };
  return submitted(
    client,
    await client.ok(submitClosure, { ...(merger ?? { closureKind: "close" }), ...common }),
  );
}

async function adjustment(
  server: TestServer,
  client: ApiClient,
  of: { accountId: string; personId?: string },
) {
  const content = async () => ({
    case: "sick" as const,
    periods: [{ from: "2026-01-01", to: "2026-07-03" }],
    reason: "住院治疗",
    attachments: await attachmentsOf(server.app, of.accountId, ["proof"]),
  });
  const whose = of.personId === undefined ? {} : { personId: of.personId };
  const made = await client.ok(submitAdjustment, { year: 2026, ...whose, ...(await content()) });
  return submitted(client, made, async () =>
    client.ok(resubmitAdjustment, { id: made.id, ...(await content()) }),
  );
}

async function trainingPlan(server: TestServer, unit: Unit) {
  const client = await adminOf(server.app, server.url, unit);
  const plan = await client.ok(submitTrainingPlan, planRequest());
  return submitted(client, plan, () => client.ok(resubmitTrainingPlan, { id: plan.id, ...planRequest() }));
}

async function planDeclaration(server: TestServer, unit: Unit, reviewers: readonly Unit[]) {
  const client = await adminOf(server.app, server.url, unit);
  const plan = await client.ok(submitTrainingPlan, planRequest());
  await approveApplication(server, reviewers, plan);
  const { person } = await freshPerson(server, unit);
  const participants = [{ personId: person._id, hours: 8 }];
  const session = () => sessionRequest(server.app, unit.adminAccountId, { participants });
  const made = await client.ok(submitPlanDeclaration, { id: plan.id, ...(await session()) });
  return submitted(client, made, async () =>
    client.ok(resubmitPlanDeclaration, { id: made.id, ...(await session()) }),
  );
}

async function declaration(server: TestServer, unit: Unit, by: { accountant: boolean; employer: boolean }) {
  const given = by.accountant ? { isAccountant: true, titleSeries: "17" } : {};
  const { person, client: own } = await freshPerson(server, unit, given);
  const client = by.employer ? await adminOf(server.app, server.url, unit) : own;
  const request = await declarationRequest(server.app, by.employer ? unit.adminAccountId : person.accountId, {
    ...(by.employer ? { people: [{ personId: person._id }] } : {}),
    ...(by.accountant ? { subject: "public" as const } : {}),
  });
  const [made] = (await client.ok(submitDeclarations, request)).declarations;
  if (made === undefined) throw new Error("nothing was declared");
  const { id, instanceId } = made;
  const { title, startDate, endDate, facts, evidence } = request;
  const subject = by.accountant ? { subject: "public" as const } : {};
  return {
    id,
    instanceId,
    withdraw: () => client.ok(withdrawDeclaration, { id }),
    resubmit: () =>
      client.ok(resubmitDeclaration, { id, title, startDate, endDate, facts, evidence, ...subject }),
    status: async () => (await DeclarationModel.findById(id).lean())?.status,
  };
}

/** Every process by everybody who can start it: each length of route, each answer of its rules. */
export const waysIn: readonly WayIn[] = [
  {
    process: "organization-registration",
    by: "a new unit",
    answers: [],
    submit: async (server, world) => {
      const client = server.client();
      const form = await organizationForm(client, world);
      const { registrationId } = await client.ok(registerOrganization, form);
      const { idNumber } = form.applicant;
      return await registration(server, { registrationId, form: { idNumber, name: "申请人" } });
    },
  },
  {
    process: "person-registration",
    by: "a new professional",
    answers: [],
    submit: async (server, world) => {
      const client = server.client();
      const form = await personForm(client, world);
      const { registrationId } = await client.ok(registerPerson, form);
      return await registration(server, { registrationId, form });
    },
  },
  {
    process: "profile-change",
    by: "a professional",
    answers: [],
    submit: async (server, world) => {
      const { client } = await freshPerson(server, world.hospital);
      return submitted(client, await client.ok(submitProfileChange, { changes: { school: "郑州大学" } }));
    },
  },
  {
    process: "organization-change",
    by: "a unit",
    answers: [],
    submit: async (server, world) => {
      const unit = await freshUnit(server, world.authority);
      const client = await adminOf(server.app, server.url, unit);
      const scan = await buildFile(server.app, unit.adminAccountId);
      const request = { mode: "renew" as const, name: `更名医院${nextSerial()}`, scan };
      return submitted(client, await client.ok(submitOrganizationChange, request));
    },
  },
  {
    process: "superior-change",
    by: "a unit",
    answers: [],
    submit: async (server, world) => {
      const client = await adminOf(server.app, server.url, await freshUnit(server, world.authority));
      const request = { superiorType: "bureau" as const, superiorId: world.county._id };
      return submitted(client, await client.ok(submitSuperiorChange, request));
    },
  },
  {
    process: "organization-closure",
    by: "a unit that closes",
    answers: ["kind=close"],
    submit: async (server, world) => closure(server, await freshUnit(server, world.authority), null),
  },
  {
    process: "organization-closure",
    by: "a unit that merges into another",
    answers: ["kind=merge"],
    submit: async (server, world) => {
      const target = await freshUnit(server, world.county);
      return await closure(server, await freshUnit(server, world.authority), target);
    },
  },
  {
    process: "transfer",
    by: "a professional",
    answers: ["way=person"],
    submit: async (server, world) => {
      const { client } = await freshPerson(server, world.hospital);
      const to = { kind: "unit" as const, organizationId: world.company._id };
      return submitted(client, await client.ok(submitTransfer, { to, reason: "工作调动" }));
    },
  },
  {
    process: "transfer",
    by: "the old unit",
    answers: ["way=employer"],
    submit: async (server, world) => {
      const { person } = await freshPerson(server, world.hospital);
      const client = await adminOf(server.app, server.url, world.hospital);
      const to = { kind: "unit" as const, organizationId: world.company._id };
      const { results } = await client.ok(releasePeople, { personIds: [person._id], to, reason: "工作调动" });
      const application = await ApplicationModel.findById(results[0]?.applicationId ?? "").lean();
      if (application === null) throw new Error("nobody was released");
      return submitted(client, { id: application._id, instanceId: application.instanceId });
    },
  },
  {
    process: "person-deregistration",
    by: "a professional",
    answers: [],
    submit: async (server, world) => {
      const { client } = await freshPerson(server, world.hospital);
      const made = await client.ok(submitDeregistration, { case: "retired", on: "2026-10-31" });
      return submitted(client, made);
    },
  },
  ...(
    [
      ["a professional (FLW-01)", { accountant: false, employer: false }, "full"],
      ["an accountant (FLW-04)", { accountant: true, employer: false }, "employer-then-bureau"],
      ["an employer (FLW-02)", { accountant: false, employer: true }, "superiors"],
      ["an employer for accountants (FLW-03)", { accountant: true, employer: true }, "bureau-only"],
    ] as const
  ).map(
    ([by, who, route]): WayIn => ({
      process: "declaration",
      by,
      answers: [`route=${route}`],
      submit: (server, { hospital }) => declaration(server, hospital, who),
    }),
  ),
  {
    process: "adjustment",
    by: "a professional",
    answers: [],
    submit: async (server, world) => {
      const { person, client } = await freshPerson(server, world.hospital);
      return await adjustment(server, client, person);
    },
  },
  {
    process: "adjustment",
    by: "a unit directly below its bureau",
    answers: [],
    submit: async (server, { company }) => {
      const { person } = await freshPerson(server, company);
      const client = await adminOf(server.app, server.url, company);
      return await adjustment(server, client, { accountId: company.adminAccountId, personId: person._id });
    },
  },
  {
    process: "training-plan",
    by: "a unit below an authority",
    answers: [],
    submit: (server, { hospital }) => trainingPlan(server, hospital),
  },
  {
    process: "training-plan",
    by: "a unit directly below its bureau (PLN-09)",
    answers: [],
    submit: (server, { company }) => trainingPlan(server, company),
  },
  {
    process: "plan-declaration",
    by: "a unit below an authority",
    answers: [],
    submit: (server, { hospital, authority, city }) => planDeclaration(server, hospital, [authority, city]),
  },
  {
    process: "plan-declaration",
    by: "a unit directly below its bureau",
    answers: [],
    submit: (server, { company, county }) => planDeclaration(server, company, [county]),
  },
  {
    process: "base-class",
    by: "a base",
    answers: [],
    submit: async (server, { base, hospital }) => {
      const { person } = await freshPerson(server, hospital);
      const row = rosterRow(person as typeof person & { idNumber: string });
      const client = await adminOf(server.app, server.url, base);
      const request = classRequest([row]);
      const made = await client.ok(submitBaseClass, request);
      return submitted(client, made, () =>
        client.ok(resubmitBaseClass, { id: made.id, ...request, name: `${request.name}（更正）` }),
      );
    },
  },
];
