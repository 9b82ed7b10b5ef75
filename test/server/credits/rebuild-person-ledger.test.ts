import { beforeAll, describe, expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { importCreditHistory } from "../../../src/shared/contracts/imports.ts";
import * as contracts from "../../../src/shared/contracts/ledger.ts";
import { statusesOf } from "../../support/answers.ts";
import { auditTypes } from "../../support/applications.ts";
import { auditOf } from "../../support/login.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newPerson, personClient } from "../../support/world.ts";
import { findOperator } from "../closures/support.ts";

/** Operators make a person's years follow from the ledger again, with a preview, and change no hours (OPS-03, OPS-04). */

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });
const reason = "汇总与明细不一致，经核实重新生成";

let operator: ApiClient;
let asProvince: ApiClient;

beforeAll(async () => {
  operator = await adminOf(server.app, server.url, await findOperator());
  asProvince = await adminOf(server.app, server.url, world.province);
});

/** A person with 90 hours in 2024 and 30 in 2026. */
async function withHours() {
  const person = await newPerson(server.app, world.hospital, { firstYear: 2020 });
  const own = { idNumber: person.idNumber, titleLevel: "3", regionCode: "410100", title: "历史学时" };
  const rows = [
    { ...own, year: 2024, public: 30, professional: 60 },
    { ...own, year: 2026, public: 10, professional: 20 },
  ];
  await asProvince.ok(importCreditHistory, { source: "原平台", rows });
  return person;
}

const yearOf = (id: string, year: number) => PersonYearModel.findById(`${id}-${year}`).lean();
const entriesOf = (id: string) => CreditEntryModel.find({ personId: id }).sort({ _id: 1 }).lean();

describe("a person's ledger", () => {
  it("200: the preview names what differs and writes nothing; rebuilding makes it right, on record", async () => {
    const { _id: id } = await withHours();
    expect(await operator.ok(contracts.checkPersonLedger, { id })).toEqual({ years: 2, differences: [] });
    const [before, entries] = [await yearOf(id, 2024), await entriesOf(id)];
    const wrong = { public: 12, result: "failed" as const };
    await PersonYearModel.updateOne({ _id: `${id}-2024` }, { $set: wrong });
    await PersonYearModel.deleteOne({ _id: `${id}-2026` });
    const seen = await operator.ok(contracts.checkPersonLedger, { id });
    expect(seen).toEqual({
      years: 2,
      differences: [
        { year: 2024, difference: "公需学时 12 → 30，年度结果 未通过 → 通过" },
        { year: 2026, difference: "缺少年度记录" },
      ],
    });
    expect(await yearOf(id, 2024)).toMatchObject(wrong);
    expect(await operator.ok(contracts.rebuildPersonLedger, { id, reason })).toEqual(seen);
    expect(await yearOf(id, 2024)).toMatchObject({ public: before?.public, result: before?.result });
    expect(await yearOf(id, 2026)).toMatchObject({ public: 10, professional: 20 });
    expect(await entriesOf(id)).toEqual(entries);
    expect(
      (await auditOf(id)).filter(({ type }) => type === "ledger.rebuilt").map(({ data }) => data),
    ).toEqual([{ years: [2024, 2026], reason }]);
    expect(await auditTypes(`${id}-2024`)).toContain("ledger.repaired");
    expect((await operator.ok(contracts.checkPersonLedger, { id })).differences).toEqual([]);
  });

  it("400: without a reason", async () => {
    const { _id: id } = await withHours();
    expect((await operator.call(contracts.rebuildPersonLedger, { id, reason: "" })).status).toBe(400);
  });

  it("401 and 403: all but operators, the person himself and his bureau among them", async () => {
    const person = await withHours();
    const own = await personClient(server.app, server.url, person);
    const request = { id: person._id, reason };
    for (const client of [own, asProvince, await adminOf(server.app, server.url, world.hospital)]) {
      expect((await client.call(contracts.checkPersonLedger, { id: person._id })).status).toBe(403);
      expect((await client.call(contracts.rebuildPersonLedger, request)).status).toBe(403);
    }
    expect((await server.client().call(contracts.rebuildPersonLedger, request)).status).toBe(401);
  });

  it("404: a person who does not exist", async () => {
    const id = "f".repeat(24);
    for (const { status, body } of [
      await operator.call(contracts.checkPersonLedger, { id }),
      await operator.call(contracts.rebuildPersonLedger, { id, reason }),
    ])
      expect([status, body.error?.code]).toEqual([404, "person.not_found"]);
  });

  it("409: nothing to rebuild; of two at once one does it", async () => {
    const { _id: id } = await withHours();
    const right = await operator.call(contracts.rebuildPersonLedger, { id, reason });
    expect([right.status, right.body.error?.code]).toEqual([409, "ledger.nothing_to_rebuild"]);
    await PersonYearModel.updateOne({ _id: `${id}-2024` }, { $set: { professional: 1 } });
    const answers = await Promise.all(
      [1, 2].map(() => operator.call(contracts.rebuildPersonLedger, { id, reason })),
    );
    expect(statusesOf(answers)).toEqual([200, 409]);
    expect(await yearOf(id, 2024)).toMatchObject({ professional: 60 });
  });
});
