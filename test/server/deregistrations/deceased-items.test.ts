import { expect, it } from "vitest";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { submitAdjustment } from "../../../src/shared/contracts/adjustments.ts";
import { listBlockingItems } from "../../../src/shared/contracts/applications.ts";
import { submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { submitDeregistration } from "../../../src/shared/contracts/deregistrations.ts";
import { submitProfileChange } from "../../../src/shared/contracts/profile-changes.ts";
import { submitTransfer } from "../../../src/shared/contracts/transfers.ts";
import {
  approveApplication,
  attachmentsOf,
  auditTypes,
  decide,
  endOf,
  storedApplication,
} from "../../support/applications.ts";
import { codeOf } from "../../support/answers.ts";
import { approveBy, declarationRequest, declareOwn } from "../../support/declaring.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newPerson, personClient } from "../../support/world.ts";

/** PER-13: what a deceased had open himself nobody else can end; his record must close nevertheless. */

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

interface Deceased {
  person: Person;
  client: ApiClient;
}

async function newDoctor(): Promise<Deceased> {
  const person = await newPerson(server.app, world.hospital, { firstYear: 2020 });
  return { person, client: await personClient(server.app, server.url, person) };
}

const asHospital = () => adminOf(server.app, server.url, world.hospital);
const declare = ({ person, client }: Deceased) => declareOwn({ app: server.app, client, person });
const stored = ({ person }: Deceased) => PersonModel.findById(person._id).lean();
const declared = async (id: string) => (await DeclarationModel.findById(id).lean())?.status;

const proof = (accountId: string) => attachmentsOf(server.app, accountId, ["proof"]);

async function report({ person }: Deceased) {
  const attachments = await proof(world.hospital.adminAccountId);
  const body = { personId: person._id, case: "deceased" as const, on: "2026-11-01", attachments };
  return (await asHospital()).call(submitDeregistration, body);
}

it("closes what he had under review and what was returned to him, and leaves what was decided", async () => {
  const doctor = await newDoctor();
  const [credited, returned, waiting] = [await declare(doctor), await declare(doctor), await declare(doctor)];
  const reviewers = [world.hospital, world.authority, world.city];
  const clients = await Promise.all(reviewers.map((unit) => adminOf(server.app, server.url, unit)));
  await approveBy(clients, credited.instanceId);
  await decide(server, world.hospital, { ...returned, outcome: "reject" });
  await approveApplication(server, [world.hospital], waiting);
  const change = await doctor.client.ok(submitProfileChange, { changes: { school: "郑州大学" } });
  const absence = await doctor.client.ok(submitAdjustment, {
    year: 2026,
    case: "sick",
    periods: [{ from: "2026-01-01", to: "2026-07-03" }],
    attachments: await proof(doctor.person.accountId),
  });
  await decide(server, world.hospital, { ...absence, outcome: "reject" });

  const ask = (kind: "person-death" | "person-deregistration") =>
    asHospital().then((client) => client.ok(listBlockingItems, { kind, personId: doctor.person._id }));
  expect((await ask("person-death")).items).toEqual([]);
  expect((await ask("person-deregistration")).items.map(({ count }) => count)).toEqual([2, 1, 1]);
  const { status, body } = await report(doctor);
  expect([status, await declared(waiting.id)]).toEqual([200, "pending"]);
  await approveApplication(server, [world.authority], body);
  // Nothing is lost before the bureau has confirmed the death.
  expect([await declared(waiting.id), await declared(returned.id)]).toEqual(["pending", "rejected"]);
  await approveApplication(server, [world.city], body);

  expect(await stored(doctor)).toMatchObject({ status: "deregistered", deregistrationCase: "deceased" });
  expect(await Promise.all([credited, returned, waiting].map(({ id }) => declared(id)))).toEqual([
    "approved",
    "cancelled",
    "withdrawn",
  ]);
  for (const item of [returned, waiting, change, absence]) {
    expect(await endOf(item)).toBe("ended");
    expect(await WorkflowTask.countDocuments({ instanceId: item.instanceId, status: "open" })).toBe(0);
  }
  expect((await storedApplication(change.id)).status).toBe("withdrawn");
  expect((await storedApplication(absence.id)).status).toBe("cancelled");
  expect(await auditTypes(waiting.id)).toContain("declaration.withdrawn");
  expect(await auditTypes(absence.id)).toContain("application.cancelled");
});

it("409 while others have something under way for him: it is theirs to settle", async () => {
  const doctor = await newDoctor();
  const people = [{ personId: doctor.person._id }];
  const request = await declarationRequest(server.app, world.hospital.adminAccountId, { people });
  const [made] = (await (await asHospital()).ok(submitDeclarations, request)).declarations;
  const refused = await report(doctor);
  expect([refused.status, refused.body.error?.code]).toEqual([409, "application.blocked"]);
  await approveApplication(server, [world.authority, world.city], { instanceId: made?.instanceId ?? "" });
  expect((await report(doctor)).status).toBe(200);
});

it("409 while he was about to change his unit, until one of the units has refused", async () => {
  const doctor = await newDoctor();
  const to = { kind: "unit" as const, organizationId: world.company._id };
  const transfer = await doctor.client.ok(submitTransfer, { to, reason: "工作调动" });
  expect(await codeOf(report(doctor))).toEqual([409, "person.transfer_open"]);
  await decide(server, world.hospital, { ...transfer, outcome: "reject", comment: "本人已去世" });
  expect((await report(doctor)).status).toBe(200);
});

it("a retired person ends his items himself", async () => {
  const doctor = await newDoctor();
  const returned = await declare(doctor);
  await decide(server, world.hospital, { ...returned, outcome: "reject" });
  const retired = { case: "retired" as const, on: "2026-10-31" };
  expect(await codeOf(doctor.client.call(submitDeregistration, retired))).toEqual([
    409,
    "application.blocked",
  ]);
  expect(await declared(returned.id)).toBe("rejected");
});
