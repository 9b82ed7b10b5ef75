import { beforeAll, describe, expect, it, vi } from "vitest";
import { ClassParticipantModel } from "../../../src/models/class-participant.ts";
import type { Person } from "../../../src/models/person.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { resubmitBaseClass, submitBaseClass } from "../../../src/shared/contracts/base-classes.ts";
import {
  resubmitDeclaration,
  withdrawDeclaration,
} from "../../../src/shared/contracts/declaration-changes.ts";
import {
  calculateHours,
  getDeclaration,
  submitDeclarations,
} from "../../../src/shared/contracts/declarations.ts";
import { openMakeUpWindow } from "../../../src/shared/contracts/make-up-windows.ts";
import { getPlatform } from "../../../src/shared/contracts/platform.ts";
import {
  resubmitPlanDeclaration,
  submitPlanDeclaration,
} from "../../../src/shared/contracts/plan-declarations.ts";
import { getTask } from "../../../src/shared/contracts/workflow.ts";
import { codeOf } from "../../support/answers.ts";
import { decide } from "../../support/applications.ts";
import { classRequest, rosterRow } from "../../support/base-classes.ts";
import { publishClosing } from "../../support/closing.ts";
import { declarationRequest, taskOf } from "../../support/declaring.ts";
import { useProvince } from "../../support/province.ts";
import { approvedPlanOf, sessionRequest } from "../../support/training-plans.ts";
import { adminOf, newPerson, personClient, type Unit } from "../../support/world.ts";

/** What was sent in time and returned may be corrected for some days after the year's last one (PST-04). */

const december = "2026-12-20T02:00:00Z";
/** The last minute of the fifteenth day of grace in Shanghai, and the first one after it. */
const lastMinute = "2027-01-15T15:59:00Z";
const tooLate = "2027-01-15T16:00:00Z";
const clock = fixedClock(december);
const { server, world } = useProvince({ clock });
const admin = (unit: Unit) => adminOf(server.app, server.url, unit);
const pastYear = "declaration.past_year_closed";

/** Declared in December and returned in the same month. */
async function returned() {
  clock.set(december);
  const person = await newPerson(server.app, world.hospital, { firstYear: 2024 });
  const client = () => personClient(server.app, server.url, person);
  const request = await declarationRequest(server.app, person.accountId);
  const { declarations } = await (await client()).ok(submitDeclarations, request);
  const { id = "", instanceId = "" } = declarations[0] ?? {};
  await decide(server, world.hospital, { instanceId, outcome: "reject" });
  return { person, client, request, id, instanceId };
}

type Returned = Awaited<ReturnType<typeof returned>>;

async function resubmit({ client, request, id }: Returned) {
  const { title, startDate, endDate, facts, evidence } = request;
  const corrected = { id, title, startDate, endDate, facts, evidence };
  return await codeOf((await client()).call(resubmitDeclaration, corrected));
}

/** What the page would say while the correction is filled in. */
async function problemsOf({ client, request }: Returned, correctionOf?: string): Promise<string[]> {
  const { year, form, facts, startDate, endDate } = request;
  const asked = {
    year,
    form,
    facts,
    startDate,
    endDate,
    ...(correctionOf === undefined ? {} : { correctionOf }),
  };
  return (await (await client()).ok(calculateHours, asked)).problems.map(({ code }) => code);
}

const yearInGrace = async () => (await server.client().ok(getPlatform, {})).yearInGrace;

describe("with the shipped policy", () => {
  it("what is returned is corrected until 31 December and not later", async () => {
    const [first, second] = [await returned(), await returned()];
    clock.set("2026-12-31T15:59:00Z");
    expect(await resubmit(first)).toEqual([200, undefined]);
    clock.set("2026-12-31T16:00:00Z");
    expect(await resubmit(second)).toEqual([400, pastYear]);
    expect(await problemsOf(second, second.id)).toEqual(["declaration.past_year"]);
    expect(await yearInGrace()).toBeNull();
  });
});

describe("with fifteen days of grace", () => {
  beforeAll(async () => {
    clock.set(december);
    const values = { lastDay: "12-31", shownFrom: "11-01", graceDays: 15 };
    await publishClosing(server, world, { version: "2026.90", values });
  });

  it("is corrected until the last minute of the fifteenth, without being a 补报, and reviewed", async () => {
    const declared = await returned();
    clock.set(lastMinute);
    expect(await yearInGrace()).toEqual({
      year: 2026,
      lastDay: "2026-12-31",
      lastCorrectionDay: "2027-01-15",
    });
    expect(await problemsOf(declared, declared.id)).toEqual([]);
    expect(await resubmit(declared)).toEqual([200, undefined]);
    expect((await (await declared.client()).ok(getDeclaration, { id: declared.id })).makeUp).toBe(false);
    clock.set("2027-03-10T02:00:00Z");
    for (const unit of [world.hospital, world.authority, world.city])
      expect((await decide(server, unit, declared)).status).toBe(200);
  });

  it("a minute later it is not (400); it may still be given up", async () => {
    const declared = await returned();
    clock.set(tooLate);
    expect(await yearInGrace()).toBeNull();
    expect(await problemsOf(declared, declared.id)).toEqual(["declaration.past_year"]);
    expect(await resubmit(declared)).toEqual([400, pastYear]);
    const client = await declared.client();
    expect((await client.call(withdrawDeclaration, { id: declared.id })).status).toBe(200);
  });

  it("nothing new is declared in it (400)", async () => {
    const declared = await returned();
    clock.set("2027-01-01T02:00:00Z");
    const client = await declared.client();
    const request = await declarationRequest(server.app, declared.person.accountId);
    expect(await codeOf(client.call(submitDeclarations, request))).toEqual([400, pastYear]);
    expect(await problemsOf(declared)).toEqual(["declaration.past_year"]);
  });

  it("is for whoever declared (401, 403, 404)", async () => {
    const declared = await returned();
    clock.set(lastMinute);
    const { title, startDate, endDate, facts, evidence, year, form } = declared.request;
    const corrected = { id: declared.id, title, startDate, endDate, facts, evidence };
    expect(await codeOf(server.client().call(resubmitDeclaration, corrected))).toEqual([
      401,
      "session.required",
    ]);
    const colleague = await newPerson(server.app, world.hospital);
    const other = await personClient(server.app, server.url, colleague);
    expect(await codeOf(other.call(resubmitDeclaration, corrected))).toEqual([404, "declaration.not_found"]);
    const asked = { year, form, facts, startDate, endDate, correctionOf: declared.id };
    expect(await codeOf(other.call(calculateHours, asked))).toEqual([404, "declaration.not_found"]);
    const hospital = await admin(world.hospital);
    expect(await codeOf(hospital.call(resubmitDeclaration, corrected))).toEqual([403, "permission.denied"]);
  });

  it("after it a window takes the correction in, which marks it 补报 (PST-02)", async () => {
    const [inWindow, outside] = [await returned(), await returned()];
    clock.set("2027-03-10T02:00:00Z");
    const target = { kind: "person" as const, personId: inWindow.person._id };
    const window = { target, year: 2026, reason: "逾期未审", from: "2027-03-01", to: "2027-03-31" };
    await (await admin(world.city)).ok(openMakeUpWindow, window);
    expect(await problemsOf(inWindow, inWindow.id)).toEqual([]);
    expect(await resubmit(inWindow)).toEqual([200, undefined]);
    expect(await resubmit(outside)).toEqual([400, pastYear]);
    expect((await (await inWindow.client()).ok(getDeclaration, { id: inWindow.id })).makeUp).toBe(true);
    const hospital = await admin(world.hospital);
    const { title } = await hospital.ok(getTask, { id: await taskOf(hospital, inWindow.instanceId) });
    expect(title).toMatch(/^【补报】/);
  });
});

describe("what is declared for many at once", () => {
  async function returnedSession(doctor: Person) {
    clock.set(december);
    const plan = await approvedPlanOf(server, world);
    const session = (people: readonly Person[]) =>
      sessionRequest(server.app, world.hospital.adminAccountId, {
        participants: people.map(({ _id }) => ({ personId: _id, hours: 8 })),
      });
    const body = { id: plan.id, ...(await session([doctor])) };
    const application = await (await admin(world.hospital)).ok(submitPlanDeclaration, body);
    await decide(server, world.authority, { ...application, outcome: "reject" });
    return { application, session };
  }

  it("a plan's session is corrected in the days of grace, for those whom it was sent for", async () => {
    const [doctor, nurse] = [
      await newPerson(server.app, world.hospital),
      await newPerson(server.app, world.hospital),
    ];
    const { application, session } = await returnedSession(doctor);
    const send = async (people: readonly Person[]) =>
      await codeOf(
        (await admin(world.hospital)).call(resubmitPlanDeclaration, {
          id: application.id,
          ...(await session(people)),
        }),
      );
    clock.set(tooLate);
    expect(await send([doctor])).toEqual([409, "plan.not_open"]);
    clock.set(lastMinute);
    expect(await send([doctor, nurse])).toEqual([400, pastYear]);
    expect(await send([doctor])).toEqual([200, undefined]);
    for (const unit of [world.authority, world.city])
      expect((await decide(server, unit, application)).status).toBe(200);
  });

  it("a base's class is corrected in them, with nobody added, and declares those who passed", async () => {
    clock.set(december);
    const [doctor, nurse] = [
      await newPerson(server.app, world.hospital),
      await newPerson(server.app, world.hospital),
    ];
    const request = classRequest([rosterRow(doctor)]);
    const application = await (await admin(world.base)).ok(submitBaseClass, request);
    await decide(server, world.city, { ...application, outcome: "reject" });
    const send = async (roster: typeof request.roster) =>
      (await admin(world.base)).call(resubmitBaseClass, { ...request, id: application.id, roster });
    clock.set(tooLate);
    const late = await send([rosterRow(doctor)]);
    expect([late.status, late.body.error?.code]).toEqual([400, "class.invalid"]);
    expect(late.body.error?.message).toContain("往年学时申报已截止");
    clock.set(lastMinute);
    const added = await send([rosterRow(doctor), rosterRow(nurse)]);
    expect([added.status, added.body.error?.code]).toEqual([400, "class.roster_invalid"]);
    expect(added.body.error?.problems).toEqual([
      { path: "body.roster.1", message: "2026年度学时申报已截止，修改时不能增加学员" },
    ]);
    expect((await send([rosterRow(doctor)])).status).toBe(200);
    expect((await decide(server, world.city, application)).status).toBe(200);
    await vi.waitFor(
      async () => {
        const rows = await ClassParticipantModel.find({ applicationId: application.id }).lean();
        expect(rows.map(({ personId, status }) => [personId, status])).toEqual([[doctor._id, "declared"]]);
      },
      { timeout: 20_000, interval: 50 },
    );
  });
});

describe("with an early last day and ten days of grace", () => {
  beforeAll(async () => {
    clock.set(december);
    const values = { lastDay: "12-15", shownFrom: "11-01", graceDays: 10 };
    await publishClosing(server, world, { version: "2026.91", values });
  });

  it("a class is not reported any more, and what was returned is corrected until the tenth", async () => {
    clock.set("2026-12-15T02:00:00Z");
    const doctor = await newPerson(server.app, world.hospital);
    const report = async () =>
      (await admin(world.base)).call(submitBaseClass, classRequest([rosterRow(doctor)]));
    expect((await report()).status).toBe(200);
    const person = await newPerson(server.app, world.hospital);
    const client = () => personClient(server.app, server.url, person);
    const request = await declarationRequest(server.app, person.accountId);
    const { declarations } = await (await client()).ok(submitDeclarations, request);
    const { id = "", instanceId = "" } = declarations[0] ?? {};
    await decide(server, world.hospital, { instanceId, outcome: "reject" });
    const declared = { person, client, request, id, instanceId };
    clock.set("2026-12-16T02:00:00Z");
    const late = await report();
    expect([late.status, late.body.error?.code]).toEqual([400, "class.invalid"]);
    expect(late.body.error?.message).toContain("本年度学时申报已截止");
    clock.set("2026-12-25T15:59:00Z");
    expect(await problemsOf(declared)).toEqual(["declaration.year_closed"]);
    expect(await resubmit(declared)).toEqual([200, undefined]);
    await decide(server, world.hospital, { instanceId, outcome: "reject" });
    clock.set("2026-12-25T16:00:00Z");
    expect(await resubmit(declared)).toEqual([400, "declaration.invalid"]);
  });
});
