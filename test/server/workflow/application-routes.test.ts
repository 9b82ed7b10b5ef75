import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { previewApplicationRoute } from "../../../src/shared/contracts/applications.ts";
import { submitAdjustment } from "../../../src/shared/contracts/adjustments.ts";
import { submitBaseClass } from "../../../src/shared/contracts/base-classes.ts";
import { submitPlanDeclaration } from "../../../src/shared/contracts/plan-declarations.ts";
import { submitTrainingPlan } from "../../../src/shared/contracts/training-plans.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { attachmentsOf, routeOf } from "../../support/applications.ts";
import { classRequest, rosterRow } from "../../support/base-classes.ts";
import { useProvince } from "../../support/province.ts";
import { approvedPlanOf, planRequest, sessionRequest } from "../../support/training-plans.ts";
import { adminOf, newMember, newPerson, personClient } from "../../support/world.ts";

/** Who will review is shown before the submission, and is what the submission freezes (FLW-09). */

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

let asHospital: ApiClient;
let asCompany: ApiClient;
let asBase: ApiClient;

beforeAll(async () => {
  asHospital = await adminOf(server.app, server.url, world.hospital);
  asCompany = await adminOf(server.app, server.url, world.company);
  asBase = await adminOf(server.app, server.url, world.base);
});

type Kind = "training-plan" | "plan-declaration" | "adjustment" | "base-class";

async function shown(client: ApiClient, kind: Kind, personIds: string[] = []) {
  const before = await WorkflowInstance.estimatedDocumentCount();
  const { steps, text } = await client.ok(previewApplicationRoute, { kind, personIds });
  expect(await WorkflowInstance.estimatedDocumentCount()).toBe(before);
  expect(text).toBe(`将依次由 ${steps.map(({ organizationName }) => organizationName).join(" → ")} 审核`);
  return steps.map(({ organizationId }) => organizationId);
}

const sickLeave = async (accountId: string) => ({
  year: 2026,
  case: "sick" as const,
  periods: [{ from: "2026-01-01", to: "2026-07-03" }],
  reason: "长期病假",
  attachments: await attachmentsOf(server.app, accountId, ["proof"]),
});

describe("POST /application-routes", () => {
  it("200: a training plan goes to 主管部门 and 人社, one of a unit directly below the bureau there (PLN-02, PLN-09)", async () => {
    const route = await shown(asHospital, "training-plan");
    expect(route).toEqual([world.authority._id, world.city._id]);
    expect(await routeOf(await asHospital.ok(submitTrainingPlan, planRequest()))).toEqual(route);
    expect(await shown(asCompany, "training-plan")).toEqual([world.county._id]);
  });

  it("200: a plan's declaration passes over whoever takes part, with a notice (AUD-10, FLW-10)", async () => {
    const { adminAccountId: accountId } = world.authority;
    const [nurse, head] = [
      await newPerson(server.app, world.hospital),
      await newPerson(server.app, world.hospital, { accountId }),
    ];
    expect(await shown(asHospital, "plan-declaration", [nurse._id])).toEqual([
      world.authority._id,
      world.city._id,
    ]);
    const both = [nurse._id, head._id];
    const route = await shown(asHospital, "plan-declaration", both);
    expect(route).toEqual([world.city._id]);
    const { steps } = await asHospital.ok(previewApplicationRoute, {
      kind: "plan-declaration",
      personIds: both,
    });
    expect(steps[0]?.notice).toContain(world.authority.name);
    const plan = await approvedPlanOf(server, world);
    const session = await sessionRequest(server.app, world.hospital.adminAccountId, {
      participants: both.map((personId) => ({ personId, hours: 4 })),
    });
    const declared = await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...session });
    expect(await routeOf(declared)).toEqual(route);
  });

  it("200: an adjustment by the person starts at his unit, the unit's own above it (PRO-02)", async () => {
    const person = await newPerson(server.app, world.hospital, { firstYear: 2020 });
    const asPerson = await personClient(server.app, server.url, person);
    const own = await shown(asPerson, "adjustment");
    expect(own).toEqual([world.hospital._id, world.authority._id, world.city._id]);
    const byUnit = await shown(asHospital, "adjustment", [person._id]);
    expect(byUnit).toEqual([world.authority._id, world.city._id]);
    const applied = await asPerson.ok(submitAdjustment, await sickLeave(person.accountId));
    expect(await routeOf(applied)).toEqual(own);
  });

  it("200: a class goes to the bureau that grants the base (CNV-01)", async () => {
    expect(await shown(asBase, "base-class")).toEqual([world.city._id]);
    const roster = [rosterRow(await newPerson(server.app, world.hospital))];
    expect((await asBase.ok(submitBaseClass, classRequest(roster))).holderName).toBe(world.city.name);
  });

  it("400: an unknown kind; 401: without a session", async () => {
    expect((await asHospital.call(previewApplicationRoute, { kind: "transfer" as never })).status).toBe(400);
    expect((await server.client().call(previewApplicationRoute, { kind: "adjustment" })).status).toBe(401);
  });

  it("403: whoever may not apply for it", async () => {
    const right = { role: "employer" as const, modules: ["people:query" as const] };
    const { client: without } = await newMember(server, world.hospital, right);
    const asPerson = await personClient(server.app, server.url, await newPerson(server.app, world.hospital));
    for (const [client, kind] of [
      [without, "training-plan"],
      [without, "plan-declaration"],
      [without, "adjustment"],
      [asBase, "training-plan"],
      [asHospital, "base-class"],
      [asPerson, "base-class"],
      [asPerson, "training-plan"],
    ] as const)
      expect((await client.call(previewApplicationRoute, { kind })).status).toBe(403);
  });

  it("404: somebody else's people", async () => {
    const stranger = await newPerson(server.app, world.company);
    const asPerson = await personClient(server.app, server.url, await newPerson(server.app, world.hospital));
    for (const [client, kind] of [
      [asHospital, "plan-declaration"],
      [asHospital, "adjustment"],
      [asPerson, "adjustment"],
    ] as const) {
      const personIds = [stranger._id];
      const { status, body } = await client.call(previewApplicationRoute, { kind, personIds });
      expect([status, body.error?.code]).toEqual([404, "person.not_found"]);
    }
  });
});
