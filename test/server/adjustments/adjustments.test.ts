import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CertificateModel } from "../../../src/models/certificate.ts";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import {
  resubmitAdjustment,
  revokeAdjustment,
  submitAdjustment,
} from "../../../src/shared/contracts/adjustments.ts";
import { getApplication, withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import type { RequestOf } from "../../../src/shared/contracts/endpoint.ts";
import { importCreditHistory } from "../../../src/shared/contracts/imports.ts";
import { listYears } from "../../../src/shared/contracts/people.ts";
import { submitTransfer } from "../../../src/shared/contracts/transfers.ts";
import { decideTasks } from "../../../src/shared/contracts/workflow.ts";
import {
  approveApplication,
  attachmentsOf,
  auditTypes,
  decide,
  endOf,
  messagesTo,
  openTask,
  storedApplication,
} from "../../support/applications.ts";
import { rebuildLedger } from "../../../src/server/commands/credits/rebuild-ledger.ts";
import { adminOf, inTransaction, newPerson, personClient, type Unit } from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";

let doctor: Person & { idNumber: string };
let asDoctor: ApiClient;
let route: Unit[];
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  route = [world.hospital, world.authority, world.city];
});

beforeEach(async () => {
  doctor = await build();
  asDoctor = await personClient(server.app, server.url, doctor);
});

const build = (given: Partial<Person> = {}, unit: Unit = world.hospital) =>
  newPerson(server.app, unit, { firstYear: 2020, ...given });
const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

type Request = RequestOf<typeof submitAdjustment>;

/** Half a year of sick leave in 2026: 184 days, one more than the minimum (PRO-04). */
async function request(given: Partial<Request> = {}, accountId = doctor.accountId): Promise<Request> {
  return {
    year: 2026,
    case: "sick",
    periods: [{ from: "2026-01-01", to: "2026-07-03" }],
    reason: "住院治疗",
    attachments: await attachmentsOf(server.app, accountId, ["proof"]),
    ...given,
  };
}

const yearOf = (person: Person, year = 2026) => PersonYearModel.findById(`${person._id}-${year}`).lean();

async function credit(year: number, hours: { public: number; professional: number }) {
  const row = { idNumber: doctor.idNumber, title: "年度学时", year, ...hours };
  const source = `原平台${doctor._id}${year}`;
  await (await admin(world.province)).ok(importCreditHistory, { source, rows: [row] });
}

describe("POST /adjustments", () => {
  it("unit, authority, bureau; then the year asks for less and may be passed by it (PRO-01 – PRO-05)", async () => {
    await credit(2026, { public: 15, professional: 30 });
    const application = await asDoctor.ok(submitAdjustment, await request());
    expect(application).toMatchObject({
      kind: "adjustment",
      status: "pending",
      year: 2026,
      holderName: world.hospital.name,
      data: {
        case: "sick",
        caseName: "病假",
        required: {
          before: { total: 90, public: 30, professional: 60 },
          after: { total: 45, public: 15, professional: 30 },
        },
      },
    });
    await approveApplication(server, route.slice(0, 2), application);
    expect(await yearOf(doctor)).toMatchObject({ result: "failed", adjustments: [] });
    await approveApplication(server, route.slice(2), application);
    expect(await endOf(application)).toBe("applied");
    expect(await yearOf(doctor)).toMatchObject({
      result: "passed-by-adjustment",
      required: { total: 45, public: 15, professional: 30 },
      missing: { public: 0, professional: 0 },
      adjustments: [{ applicationId: application.id, kind: "sick", from: "2026-01-01", to: "2026-07-03" }],
    });
    const { years } = await asDoctor.ok(listYears, { id: "me", from: 2026 });
    expect(years[0]).toMatchObject({ result: "passed-by-adjustment", resultName: "通过（折算）" });
    expect(await auditTypes(application.id)).toEqual([
      "application.approved",
      "application.submitted",
      "task.decided",
      "task.decided",
      "task.decided",
    ]);
    expect((await messagesTo(doctor.accountId, application.id))[0]?.kind).toBe("application.approved");
  });

  it("is part of what the ledger rebuilds when the year's row is lost", async () => {
    await credit(2026, { public: 15, professional: 30 });
    const application = await asDoctor.ok(submitAdjustment, await request());
    await approveApplication(server, route, application);
    const before = await yearOf(doctor);
    expect(before?.result).toBe("passed-by-adjustment");
    await PersonYearModel.deleteOne({ _id: `${doctor._id}-2026` });
    const found: string[] = [];
    await rebuildLedger(server.app, { repair: true, report: (one) => found.push(one.personYearId) });
    expect(found).toEqual([`${doctor._id}-2026`]);
    const { required, missing, result, adjustments } = before ?? {};
    expect(await yearOf(doctor)).toMatchObject({ required, missing, result, adjustments });
  });

  it("asks nothing of a year without a day on post (PRO-05)", async () => {
    const periods = [{ from: "2024-10-01", to: "2026-02-01" }];
    const application = await asDoctor.ok(
      submitAdjustment,
      await request({ year: 2025, case: "abroad", periods }),
    );
    await approveApplication(server, route, application);
    expect(await yearOf(doctor, 2025)).toMatchObject({
      result: "passed-by-adjustment",
      required: { total: 0, public: 0, professional: 0 },
    });
    expect(await yearOf(doctor, 2024)).toBeNull();
    expect(await yearOf(doctor, 2026)).toBeNull();
  });

  it("unites overlapping absences, within one application and with earlier ones (PRO-04)", async () => {
    const twice = [
      { from: "2026-01-01", to: "2026-04-30" },
      { from: "2026-03-01", to: "2026-07-03" },
    ];
    const sick = await asDoctor.ok(submitAdjustment, await request({ periods: twice }));
    await approveApplication(server, route, sick);
    expect((await yearOf(doctor))?.required).toMatchObject({ total: 45 });
    const inside = [{ from: "2026-06-01", to: "2026-07-03" }];
    const counted = await asDoctor.call(
      submitAdjustment,
      await request({ case: "maternity", periods: inside }),
    );
    expect(counted.body.error?.code).toBe("adjustment.without_effect");
    expect(counted.body.error?.message).toContain("已计入其他折算的日期不重复计算");
    const longer = [{ from: "2026-06-01", to: "2026-08-02" }];
    const maternity = await asDoctor.ok(
      submitAdjustment,
      await request({ case: "maternity", periods: longer }),
    );
    await approveApplication(server, route, maternity);
    // 184 + 30 days of absence: 151 of 365 on post.
    expect(await yearOf(doctor)).toMatchObject({ required: { public: 12, professional: 25, total: 37 } });
    expect((await yearOf(doctor))?.adjustments).toHaveLength(3);
  });

  it("starts above the unit when the unit applies (PRO-02)", async () => {
    const asHospital = await admin(world.hospital);
    const body = await request({ personId: doctor._id }, world.hospital.adminAccountId);
    const application = await asHospital.ok(submitAdjustment, body);
    expect(application.holderName).toBe(world.authority.name);
    await approveApplication(server, [world.authority, world.city], application);
    expect((await yearOf(doctor))?.adjustments).toHaveLength(1);
    expect((await messagesTo(doctor.accountId, application.id))[0]?.kind).toBe("application.approved");
  });

  it.each([0, 1, 2])(
    "comes back from step %i with the reason, and is corrected or given up",
    async (step) => {
      const application = await asDoctor.ok(submitAdjustment, await request());
      await approveApplication(server, route.slice(0, step), application);
      const unit = route[step] ?? world.city;
      expect((await decide(server, unit, { ...application, outcome: "reject" })).status).toBe(200);
      const returned = await asDoctor.ok(getApplication, { id: application.id });
      expect(returned).toMatchObject({
        status: "rejected",
        reason: "材料不全",
        canResubmit: true,
        canWithdraw: true,
      });
      const { year: _year, ...content } = await request({
        periods: [{ from: "2026-01-01", to: "2026-08-02" }],
      });
      const again = await asDoctor.ok(resubmitAdjustment, { id: application.id, ...content });
      expect(again).toMatchObject({ status: "pending", holderName: world.hospital.name });
      const twice = await asDoctor.call(resubmitAdjustment, { id: application.id, ...content });
      expect(twice.body.error?.code).toBe("application.not_correctable");
      expect((await decide(server, world.hospital, { ...application, outcome: "reject" })).status).toBe(200);
      await asDoctor.ok(withdrawApplication, { id: application.id });
      expect((await storedApplication(application.id)).status).toBe("cancelled");
      expect(await endOf(application)).toBe("ended");
      expect(await yearOf(doctor)).toBeNull();
      expect((await asDoctor.ok(submitAdjustment, await request())).status).toBe("pending");
    },
  );

  it("takes the corrected absences when it is approved after a return", async () => {
    const application = await asDoctor.ok(submitAdjustment, await request());
    await decide(server, world.hospital, { ...application, outcome: "reject" });
    const { year: _year, ...content } = await request({
      case: "maternity",
      periods: [{ from: "2026-03-01", to: "2026-06-06" }],
    });
    await asDoctor.ok(resubmitAdjustment, { id: application.id, ...content });
    await approveApplication(server, route, application);
    expect(await yearOf(doctor)).toMatchObject({
      required: { total: 66, public: 22, professional: 44 },
      adjustments: [{ kind: "maternity", from: "2026-03-01", to: "2026-06-06" }],
    });
  });

  it.each([0, 1, 2])("can be withdrawn after %i approvals", async (approvals) => {
    const application = await asDoctor.ok(submitAdjustment, await request());
    await approveApplication(server, route.slice(0, approvals), application);
    await asDoctor.ok(withdrawApplication, { id: application.id });
    expect(await endOf(application)).toBe("ended");
    expect((await storedApplication(application.id)).status).toBe("withdrawn");
    expect(await yearOf(doctor)).toBeNull();
  });

  it("is decided in a batch", async () => {
    const other = await build();
    const asOther = await personClient(server.app, server.url, other);
    const applications = [
      await asDoctor.ok(submitAdjustment, await request()),
      await asOther.ok(submitAdjustment, await request({}, other.accountId)),
    ];
    for (const unit of route) {
      const taskIds = [];
      for (const application of applications) taskIds.push((await openTask(application))._id);
      const batch = await (await admin(unit)).ok(decideTasks, { taskIds, outcome: "approve" });
      expect(batch).toMatchObject({ succeeded: 2, failed: 0 });
    }
    expect((await yearOf(doctor))?.required.total).toBe(45);
    expect((await yearOf(other))?.required.total).toBe(45);
  });

  it("case four needs a competent authority on the route (SUP-06)", async () => {
    const periods = [{ from: "2026-06-01", to: "2026-06-30" }];
    const application = await asDoctor.ok(submitAdjustment, await request({ case: "other", periods }));
    await approveApplication(server, route, application);
    expect((await yearOf(doctor))?.required).toMatchObject({ total: 83 });
    const worker = await build({}, world.company);
    const client = await personClient(server.app, server.url, worker);
    const refused = await client.call(
      submitAdjustment,
      await request({ case: "other", periods }, worker.accountId),
    );
    expect([refused.status, refused.body.error?.code]).toEqual([400, "adjustment.authority_missing"]);
  });

  describe("400", () => {
    it.each([
      [
        "183 days of sick leave",
        { periods: [{ from: "2026-01-01", to: "2026-07-02" }] },
        "病假 183 天，未超过 6 个月，不折算，依据：",
      ],
      [
        "a period that ends before it begins",
        { periods: [{ from: "2026-05-01", to: "2026-04-01" }] },
        "早于",
      ],
      ["a period of another year", { periods: [{ from: "2025-01-01", to: "2025-12-31" }] }, "不在2026年度内"],
      ["a year to come", { year: 2027 }, "年度"],
      ["a year before the first obligated one", { year: 2019 }, "年度"],
      ["no evidence", { attachments: [] }, "证明材料"],
      ["no period", { periods: [] }, "起止日期"],
      ["an unknown case", { case: "holiday" }, "情形"],
    ])("for %s", async (_case, given, text) => {
      const body = { ...(await request()), ...given };
      const { status, body: answer } = await asDoctor.call(submitAdjustment, body);
      expect(status).toBe(400);
      const messages = [
        answer.error?.message,
        ...(answer.error?.problems ?? []).map(({ message }) => message),
      ];
      expect(messages.join()).toContain(text);
    });
  });

  it("403, 404: not for others' people, not by a base, not with strangers' files", async () => {
    const other = await build();
    const foreign = await asDoctor.call(submitAdjustment, await request({ personId: other._id }));
    expect(foreign.status).toBe(404);
    const byCompany = await request({ personId: doctor._id }, world.company.adminAccountId);
    expect((await (await admin(world.company)).call(submitAdjustment, byCompany)).status).toBe(404);
    expect((await (await admin(world.city)).call(submitAdjustment, byCompany)).status).toBe(403);
    expect((await server.client().call(submitAdjustment, byCompany)).status).toBe(401);
    const stolen = await asDoctor.call(submitAdjustment, await request({}, other.accountId));
    expect(stolen.body.error?.code).toBe("file.not_found");
    const application = await asDoctor.ok(submitAdjustment, await request());
    const asOther = await personClient(server.app, server.url, other);
    const { year: _year, ...content } = await request({}, other.accountId);
    expect((await asOther.call(resubmitAdjustment, { id: application.id, ...content })).status).toBe(404);
    const asHospital = await admin(world.hospital);
    expect((await asHospital.call(resubmitAdjustment, { id: application.id, ...content })).status).toBe(403);
  });

  it("409: one a year at a time; of it and a transfer at once one wins", async () => {
    const both = await Promise.all([
      asDoctor.call(submitAdjustment, await request()),
      asDoctor.call(submitAdjustment, await request()),
    ]);
    expect(statusesOf(both)).toEqual([200, 409]);
    const second = await asDoctor.call(submitAdjustment, await request());
    expect(second.body.error?.code).toBe("application.pending_exists");
    const periods = [{ from: "2025-01-01", to: "2025-07-31" }];
    await asDoctor.ok(submitAdjustment, await request({ year: 2025, periods }));
    const other = await build();
    const client = await personClient(server.app, server.url, other);
    const to = { kind: "unit" as const, organizationId: world.company._id };
    const body = await request({}, other.accountId);
    const answers = await Promise.all([
      client.call(submitTransfer, { to, reason: "工作调动" }),
      client.call(submitAdjustment, body),
    ]);
    expect(statusesOf(answers)).toEqual([200, 409]);
    const moving = (await PersonModel.findById(other._id).lean())?.openTransferId !== null;
    expect(moving).toBe(answers[0].status === 200);
  });
});

describe("POST /adjustments/:id/revocation", () => {
  const reason = { reason: "证明材料不实" };

  it("takes the proration back: year, certificates and messages follow", async () => {
    await credit(2025, { public: 15, professional: 30 });
    const periods = [{ from: "2025-01-01", to: "2025-07-03" }];
    const application = await asDoctor.ok(submitAdjustment, await request({ year: 2025, periods }));
    await approveApplication(server, route, application);
    expect((await yearOf(doctor, 2025))?.result).toBe("passed-by-adjustment");
    await certificate(2025);
    const asCity = await admin(world.city);
    await asCity.ok(revokeAdjustment, { id: application.id, ...reason });
    expect(await yearOf(doctor, 2025)).toMatchObject({
      result: "failed",
      required: { total: 90 },
      adjustments: [],
      public: 15,
    });
    const [printed] = await CertificateModel.find({ personId: doctor._id }).lean();
    expect(printed?.status).toBe("revoked");
    const shown = await asDoctor.ok(getApplication, { id: application.id });
    expect(shown).toMatchObject({ status: "revoked", statusName: "已撤销", reason: reason.reason });
    expect(await auditTypes(application.id)).toContain("application.revoked");
    const told = await messagesTo(doctor.accountId, application.id);
    expect(told.map(({ kind }) => kind)).toContain("application.revoked");
    const twice = await asCity.call(revokeAdjustment, { id: application.id, ...reason });
    expect([twice.status, twice.body.error?.code]).toEqual([409, "application.not_revocable"]);
  });

  it("403 for whoever did not approve last, 404 elsewhere, 409 before it took effect", async () => {
    const application = await asDoctor.ok(submitAdjustment, await request());
    const call = async (unit: Unit) =>
      await (await admin(unit)).call(revokeAdjustment, { id: application.id, ...reason });
    expect((await call(world.city)).body.error?.code).toBe("application.not_revocable");
    await approveApplication(server, route, application);
    expect((await call(world.hospital)).status).toBe(403);
    expect((await call(world.authority)).status).toBe(403);
    expect((await call(world.elsewhere)).status).toBe(404);
    expect((await asDoctor.call(revokeAdjustment, { id: application.id, ...reason })).status).toBe(403);
    expect(statusesOf(await Promise.all([call(world.city), call(world.province)]))).toEqual([200, 409]);
  });
});

/** A certificate's row as printing leaves it: what is on paper does not matter here. */
async function certificate(year: number): Promise<void> {
  const _id = await inTransaction(server.app, async (ctx) => ctx.newId());
  await CertificateModel.collection.insertOne({
    _id: _id as never,
    number: `ZS${_id}`,
    edition: 1,
    kind: "single",
    personId: doctor._id,
    fromYear: year,
    toYear: year,
    status: "valid",
    version: 0,
  });
}
