import { beforeAll, describe, expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { MakeUpWindowModel } from "../../../src/models/make-up-window.ts";
import { NotificationModel } from "../../../src/models/notification.ts";
import type { Person } from "../../../src/models/person.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { getDeclaration, submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import {
  closeMakeUpWindow,
  listMakeUpWindows,
  openMakeUpWindow,
} from "../../../src/shared/contracts/make-up-windows.ts";
import { listTasks } from "../../../src/shared/contracts/workflow.ts";
import { approveBy, declarationRequest } from "../../support/declaring.ts";
import { adminOf, newPerson, newUnit, personClient } from "../../support/world.ts";
import { auditTypes } from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";

/** 往年补报 (PST-02), through the API. */
let city: ApiClient;
let county: ApiClient;
const clock = fixedClock("2026-03-10T02:00:00Z");
const days = { from: "2026-03-01", to: "2026-03-31" };
const reason = "单位系统故障，未能按期申报";

const { server, world } = useProvince({ clock });

beforeAll(async () => {
  city = await adminOf(server.app, server.url, world.city);
  county = await adminOf(server.app, server.url, world.county);
});

const build = (unit = world.hospital): Promise<Person> => newPerson(server.app, unit, { firstYear: 2024 });

let serial = 0;
/** Declares a day of service of last year. */
async function declareLastYear(person: Person) {
  const client = await personClient(server.app, server.url, person);
  serial += 1;
  const facts = { activityName: `义诊${serial}`, organizerKind: "employer", organizer: "示例单位", days: 1 };
  const request = await declarationRequest(server.app, person.accountId, {
    form: "12",
    year: 2025,
    startDate: "2025-06-01",
    endDate: "2025-06-01",
    facts,
  });
  return { client, answer: await client.call(submitDeclarations, request) };
}

async function expectClosed(person: Person): Promise<void> {
  const { answer } = await declareLastYear(person);
  expect([answer.status, answer.body.error?.code]).toEqual([400, "declaration.past_year_closed"]);
  expect(answer.body.error?.message).toBe("往年学时申报已截止，目前仅可申报当年学时");
}

const ofPerson = (person: Person) => ({ kind: "person" as const, personId: person._id });

describe("opening a past year", () => {
  it("lets one person declare it; it is marked 补报 from the to-do list to the ledger, and nobody else may", async () => {
    const person = await build();
    await expectClosed(person);
    const window = await city.ok(openMakeUpWindow, { target: ofPerson(person), year: 2025, reason, ...days });
    expect(window).toMatchObject({ targetName: person.name, year: 2025, open: true, reason, closedAt: null });
    const told = await NotificationModel.find({ accountId: person.accountId }).lean();
    expect(told.map(({ kind }) => kind)).toContain("make-up-window.opened");
    expect(await auditTypes(window.id)).toEqual(["make-up-window.opened"]);

    const { client, answer } = await declareLastYear(person);
    expect(answer.status).toBe(200);
    const [declared] = answer.body.declarations;
    const id = declared?.id ?? "";
    expect(await client.ok(getDeclaration, { id })).toMatchObject({ makeUp: true, year: 2025 });
    const reviewers = [
      await adminOf(server.app, server.url, world.hospital),
      await adminOf(server.app, server.url, world.authority),
      city,
    ];
    const { rows } = await (reviewers[0] ?? city).ok(listTasks, { box: "todo", pageSize: 10 });
    expect(rows[0]?.title).toMatch(/^【补报】/);
    await approveBy(reviewers, declared?.instanceId ?? "");
    const [entry] = await CreditEntryModel.find({ personId: person._id }).lean();
    expect(entry).toMatchObject({ year: 2025, hours: 6 });
    expect(entry?.sourceName).toMatch(/（补报）$/);
    await expectClosed(await build());
  });

  it("opens it for a unit with those below it, and for a region", async () => {
    const { authority } = world;
    const unit = { kind: "organization" as const, organizationId: authority._id };
    await city.ok(openMakeUpWindow, { target: unit, year: 2025, reason, ...days });
    expect((await declareLastYear(await build())).answer.status).toBe(200);
    const outside = await build(world.company);
    await expectClosed(outside);
    const told = await NotificationModel.find({ accountId: authority.adminAccountId }).lean();
    expect(told.map(({ kind }) => kind)).toContain("make-up-window.opened");
    const region = { kind: "region" as const, regionCode: "410105" };
    await city.ok(openMakeUpWindow, { target: region, year: 2025, reason, ...days });
    expect((await declareLastYear(outside)).answer.status).toBe(200);
  });

  it("holds between its days, for its year, until it is closed; closing twice is a 409", async () => {
    const person = await build(await inElsewhere());
    const bureau = await adminOf(server.app, server.url, world.elsewhere);
    const window = await bureau.ok(openMakeUpWindow, {
      target: ofPerson(person),
      year: 2025,
      reason,
      from: "2026-03-12",
      to: "2026-03-14",
    });
    expect(window.open).toBe(false);
    await expectClosed(person);
    clock.set("2026-03-13T02:00:00Z");
    expect((await declareLastYear(person)).answer.status).toBe(200);
    clock.set("2026-03-15T02:00:00Z");
    await expectClosed(person);
    clock.set("2026-03-14T02:00:00Z");
    expect((await declareLastYear(person)).answer.status).toBe(200);
    const close = { id: window.id, reason: "已补报完毕" };
    expect((await city.call(closeMakeUpWindow, close)).status).toBe(404);
    await bureau.ok(closeMakeUpWindow, close);
    await expectClosed(person);
    const again = await bureau.call(closeMakeUpWindow, close);
    expect([again.status, again.body.error?.code]).toEqual([409, "make_up_window.closed"]);
    expect(await auditTypes(window.id)).toEqual(["make-up-window.closed", "make-up-window.opened"]);
    const { rows } = await bureau.ok(listMakeUpWindows, {});
    expect(rows).toMatchObject([{ id: window.id, open: false, closeReason: "已补报完毕" }]);
    expect((await bureau.ok(listMakeUpWindows, { year: 2024 })).rows).toEqual([]);
    clock.set("2026-03-10T02:00:00Z");
  });
});

async function inElsewhere() {
  return newUnit(server.app, world.elsewhere, { regionCode: "410300" });
}

describe("who may, and what", () => {
  it("is for bureaus only: 403 for others, 401 without a session", async () => {
    const person = await build();
    const asked = { target: ofPerson(person), year: 2025, reason, ...days };
    const unit = await adminOf(server.app, server.url, world.hospital);
    const own = await personClient(server.app, server.url, person);
    const before = await MakeUpWindowModel.countDocuments({});
    const close = { id: "0".repeat(24), reason };
    for (const client of [unit, own]) {
      expect((await client.call(openMakeUpWindow, asked)).status).toBe(403);
      expect((await client.call(listMakeUpWindows, {})).status).toBe(403);
      expect((await client.call(closeMakeUpWindow, close)).status).toBe(403);
    }
    expect((await server.client().call(openMakeUpWindow, asked)).status).toBe(401);
    expect((await city.call(closeMakeUpWindow, close)).status).toBe(404);
    expect(await MakeUpWindowModel.countDocuments({})).toBe(before);
  });

  it("is for one's own area: 404 for other people and units, 403 for other regions", async () => {
    const person = await build(await inElsewhere());
    const about = { year: 2025, reason, ...days };
    const other = await city.call(openMakeUpWindow, { target: ofPerson(person), ...about });
    expect([other.status, other.body.error?.code]).toEqual([404, "person.not_found"]);
    const unit = { kind: "organization" as const, organizationId: world.hospital._id };
    const below = await county.call(openMakeUpWindow, { target: unit, ...about });
    expect([below.status, below.body.error?.code]).toEqual([404, "organization.not_found"]);
    const region = { kind: "region" as const, regionCode: "410100" };
    expect((await county.call(openMakeUpWindow, { target: region, ...about })).status).toBe(403);
  });

  it.each([
    ["the running year", { year: 2026 }],
    ["days in the wrong order", { from: "2026-04-02", to: "2026-04-01" }],
    ["days that are over", { from: "2026-02-01", to: "2026-03-09" }],
    ["more than a year", { from: "2026-03-01", to: "2027-06-01" }],
  ])("400 for %s", async (_what, change) => {
    const region = { kind: "region" as const, regionCode: "410105" };
    const answer = await county.call(openMakeUpWindow, {
      target: region,
      year: 2025,
      reason,
      ...days,
      ...change,
    });
    expect([answer.status, answer.body.error?.code]).toEqual([400, "make_up_window.invalid"]);
  });
});
