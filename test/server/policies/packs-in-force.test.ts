import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "json-rules-engine";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import type { Person } from "../../../src/models/person.ts";
import { JobModel } from "../../../src/models/job.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { PolicyPackModel } from "../../../src/models/policy-pack.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import { loadPack, packsFolder } from "../../../src/rules/load-packs.ts";
import { makeApp } from "../../../src/server/make-app.ts";
import { firstYearOf } from "../../../src/server/commands/people/first-year.ts";
import { putInForce } from "../../../src/server/commands/policies/put-in-force.ts";
import { submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { getPlatform } from "../../../src/shared/contracts/platform.ts";
import { openMakeUpWindow } from "../../../src/shared/contracts/make-up-windows.ts";
import { importCreditHistory } from "../../../src/shared/contracts/imports.ts";
import { listYears } from "../../../src/shared/contracts/people.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { isoDate } from "../../../src/shared/dates.ts";
import { auditOf } from "../../support/login.ts";
import { declarationRequest, declareOwn } from "../../support/declaring.ts";
import { adminOf, inTransaction, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

// Every pack is what the platform goes by: a published change shows in what people are told the same second.

type Built = Person & { idNumber: string };

const clock = fixedClock("2026-11-23T02:00:00Z");
const { server, world } = useProvince({ clock });
let asProvince: ApiClient;

beforeAll(async () => {
  asProvince = await adminOf(server.app, server.url, world.province);
});

// The shipped versions are back in force after each test.
afterEach(async () => {
  await PolicyPackModel.deleteMany({ shipped: { $ne: true } });
  await PolicyPackModel.updateMany({ shipped: true }, { $set: { status: "published" } });
  await server.app.policies.refresh();
  await JobModel.deleteMany({ kind: "years.follow-policy" });
});

let published = 0;

async function publish(file: string, change: (text: string) => string): Promise<void> {
  published += 1;
  const shipped = readFileSync(join(packsFolder(), file), "utf8");
  const text = change(shipped).replace(/"version": "[^"]*"/, `"version": "2026.${100 + published}"`);
  expect(text.length).not.toBe(shipped.length);
  const loaded = loadPack(text, file);
  await inTransaction(server.app, (ctx) => putInForce(ctx, { loaded, text, note: "测试" }));
  await server.app.policies.refresh();
}

function build(given: Partial<Person> = {}): Promise<Built> {
  return newPerson(server.app, world.hospital, given);
}

let files = 0;
async function importRow(person: Built, fields: object) {
  files += 1;
  const row = { idNumber: person.idNumber, year: 2026, title: "会计继续教育", ...fields };
  return asProvince.ok(importCreditHistory, { source: `财政部门确认学分${files}`, rows: [row as never] });
}

it("the calendar pack says when the time of a step ends (FLW-11)", async () => {
  const dueOn = async () => {
    const person = await build();
    const client = await personClient(server.app, server.url, person);
    const { instanceId } = await declareOwn({ app: server.app, client, person });
    const task = await WorkflowTask.findOne({ instanceId }).lean();
    return isoDate(task?.dueAt ?? new Date(0));
  };
  expect(await dueOn()).toBe("2026-12-07");
  await publish("calendar.json", (text) => text.replace('"2026-10-07"', '"2026-10-07", "2026-11-30"'));
  expect(await dueOn()).toBe("2026-12-08");
});

it("the title pack says which level a title has (REQ-02)", async () => {
  const titles = [{ series: "04", level: "3", name: "主治医师", obtainedOn: "2012-01-01" }];
  const person = await build({ firstYear: 2014, titles });
  const client = await personClient(server.app, server.url, person);
  const required = async () => {
    const { years } = await client.ok(listYears, { id: "me", from: 2014, to: 2014 });
    return years[0]?.required.total;
  };
  expect(await required()).toBe(86);
  await publish("title.json", (text) => text.replace('"outcome": "intermediate"', '"outcome":"junior"'));
  expect(await required()).toBe(74);
});

it("stored years follow a published requirement, on record with its version (REQ-08)", async () => {
  const person = await build();
  await importRow(person, { public: 24, professional: 60 });
  const key = `${person._id}-2026`;
  const stored = async () => (await PersonYearModel.findById(key, { trace: 0 }).lean())?.result;
  expect(await stored()).toBe("failed");
  const hours = /"public": 30,\s*"professional": 60,\s*"total": 90/g;
  await publish("annual-requirement.json", (text) =>
    text.replace(hours, '"public": 24, "professional": 60, "total": 84'),
  );
  expect(await stored()).toBe("failed");
  clock.set(new Date(clock.now().getTime() + 6_000));
  const open = { kind: "years.follow-policy", status: { $ne: "done" as const } };
  await expect.poll(() => JobModel.countDocuments(open), { timeout: 20_000, interval: 100 }).toBe(0);
  expect(await stored()).toBe("passed");
  const [event] = (await auditOf(key)).filter(({ type }) => type === "year.followed_policy");
  expect(event?.data).toMatchObject({
    year: 2026,
    packId: "henan.annual-requirement",
    packVersion: `2026.${100 + published}`,
    difference: expect.stringContaining("年度结果 未通过 → 通过"),
  });
});

it("the credit-import pack says what an accountant's confirmed credits are worth (ACC-04)", async () => {
  const person = await build({ isAccountant: true });
  expect(await importRow(person, { credits: 60 })).toEqual({ imported: 1, problems: [] });
  const [entry] = await CreditEntryModel.find({ personId: person._id }).lean();
  expect(entry).toMatchObject({
    subject: "professional",
    hours: 60,
    source: "history",
    pack: { id: "henan.credit-import", version: "2026.1" },
  });
  await publish("credit-import.json", (text) => text.replace('"values": 1', '"values": 1.5'));
  await importRow(person, { credits: 10 });
  const client = await personClient(server.app, server.url, person);
  const { years } = await client.ok(listYears, { id: "me", from: 2026, to: 2026 });
  expect(years[0]?.hours).toEqual({ public: 0, professional: 75 });
});

it.each([
  [{ credits: 60, creditsYear: 2025 }, true, "会计学分当年度有效，不得结转"],
  [{ credits: 60 }, false, "只有会计人员有财政部门确认的学分"],
  [{ credits: 60, professional: 1 }, true, "学分和学时不能同时填写"],
  [{ public: 1, creditsYear: 2026 }, true, "学分所属年度只能与学分一起填写"],
  [{}, true, "公需、专业学时不能都为0"],
])("confirmed credits %j of an accountant (%s): %s", async (fields, isAccountant, reason) => {
  const person = await build({ isAccountant });
  const answer = await importRow(person, fields);
  expect(answer).toEqual({ imported: 0, problems: [{ row: 1, message: reason }] });
  expect(await CreditEntryModel.countDocuments({ personId: person._id })).toBe(0);
});

const since2026 = "2026-09-01";
it.each([
  { who: "a doctor", isAccountant: false, series: "04", obtainedOn: since2026, first: 2026 },
  { who: "an accountant who qualified this year", series: "17", obtainedOn: since2026, first: 2027 },
  { who: "an accountant who qualified before", series: "17", obtainedOn: "2019-09-01", first: 2026 },
  { who: "an accountant by work of this year", series: "19", workStartedOn: "2026-07-01", first: 2027 },
  { who: "an accountant of whom neither is known", first: 2026 },
])("the first year of $who is $first (REQ-09)", (given) => {
  const { isAccountant = true, series = null, obtainedOn = null, workStartedOn = null, first } = given;
  const beginner = { isAccountant, titles: [{ series, obtainedOn }], workStartedOn, registeredIn: 2026 };
  expect(firstYearOf(server.app.packs, beginner)).toBe(first);
});

it("json-rules-engine decides what a query shows (decision 9)", async () => {
  const person = await build();
  const client = await personClient(server.app, server.url, person);
  const years = async () => (await client.call(listYears, { id: "me", from: 2026, to: 2026 })).status;
  await importRow(person, { public: 13.7, professional: 31.3 });
  const engine = vi.spyOn(Engine.prototype, "run");
  try {
    const nothing = { results: [], failureResults: [], events: [], failureEvents: [] };
    engine.mockResolvedValueOnce(nothing as never);
    expect(await years()).toBe(500);
    expect(await years()).toBe(200);
    expect(engine.mock.calls.length).toBeGreaterThan(1);
  } finally {
    engine.mockRestore();
  }
});

it("the declaration policy says when a year is closed, and what is told of it (PST-04, PST-05)", async () => {
  const person = await build();
  const client = await personClient(server.app, server.url, person);
  const declare = async () =>
    client.call(submitDeclarations, await declarationRequest(server.app, person.accountId));
  const closing = async () => (await server.client().ok(getPlatform, {})).closing;
  expect(await closing()).toEqual({
    lastDay: "2026-12-31",
    shownFrom: "2026-11-01",
    lastCorrectionDay: "2026-12-31",
    lastApprovalDay: null,
  });
  expect((await declare()).status).toBe(200);
  await publish("declaration-policy.json", (text) => text.replace('"12-31", "shown', '"11-20",  "shown'));
  expect(await closing()).toEqual({
    lastDay: "2026-11-20",
    shownFrom: "2026-11-01",
    lastCorrectionDay: "2026-11-20",
    lastApprovalDay: null,
  });
  const late = await declare();
  expect([late.status, late.body.error?.code]).toEqual([400, "declaration.invalid"]);
  expect(late.body.error?.message).toContain("本年度学时申报已截止");
});

it("the routing pack says which years need a window (PST-02)", async () => {
  const open = async () => {
    const target = { kind: "region" as const, regionCode: "410000" };
    const request = { target, year: 2025, reason: "系统故障", from: "2026-11-23", to: "2026-12-23" };
    return (await asProvince.call(openMakeUpWindow, request)).status;
  };
  expect(await open()).toBe(200);
  await publish("routing.json", (text) => {
    const at = text.indexOf('"pastYearOverride"');
    return text.slice(0, at) + text.slice(at).replace('"outcome": "needed"', '"outcome":"not-needed"');
  });
  expect(await open()).not.toBe(200);
});

it("a release that brings a changed pack has the stored years follow it, once (REQ-08)", async () => {
  const { ref } = server.app.packs.of["annual-requirement"];
  const inForce = await PolicyPackModel.findOne({ packId: ref.id, status: "published" }).lean();
  if (inForce === null) throw new Error("the shipped pack is not in force");
  // As the release before left it: another text of the same pack in force.
  const earlier = { ...inForce, _id: `${ref.id}@2025.9@000000000000`, packVersion: "2025.9" };
  await PolicyPackModel.deleteOne({ _id: inForce._id });
  await PolicyPackModel.create([{ ...earlier, sha256: "0".repeat(64) }]);
  const jobs = async () =>
    (await JobModel.find({ kind: "years.follow-policy" }).lean()).map(({ data }) => data);
  for (let start = 0; start < 2; start += 1) {
    const app = await makeApp(server.app.env, { clock, log: server.app.log });
    expect(app.packs.of["annual-requirement"].ref).toEqual(ref);
    expect(await jobs()).toEqual([{ packId: ref.id, packVersion: ref.version }]);
  }
  expect(await PolicyPackModel.findById(earlier._id).lean()).toMatchObject({ status: "superseded" });
  await PolicyPackModel.deleteOne({ _id: earlier._id });
});
