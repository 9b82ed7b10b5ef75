import { expect, it } from "vitest";
import { fixedClock } from "../../../src/shared/clock.ts";
import { getClosureReport } from "../../../src/shared/contracts/closures.ts";
import { submitPlanDeclaration } from "../../../src/shared/contracts/plan-declarations.ts";
import { submitTrainingPlan } from "../../../src/shared/contracts/training-plans.ts";
import { approveApplication, decide } from "../../support/applications.ts";
import { planRequest, sessionRequest } from "../../support/training-plans.ts";
import { adminOf, newPerson, newUnit, type Unit } from "../../support/world.ts";
import { applyToClose, findOperator } from "./support.ts";
import { useProvince } from "../../support/province.ts";

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

it("a merged unit's approved plan serves its people in the target, with what it has used up (DRG-06, PLN-07)", async () => {
  const [source, target] = [
    await newUnit(server.app, world.authority),
    await newUnit(server.app, world.authority),
  ];
  const person = await newPerson(server.app, source);
  const asSource = await admin(source);
  const plan = await asSource.ok(submitTrainingPlan, planRequest({ plannedHours: 10 }));
  await approveApplication(server, [world.authority, world.city], plan);
  const session = async (unit: Unit, hours: number) =>
    sessionRequest(server.app, unit.adminAccountId, { participants: [{ personId: person._id, hours }] });
  const first = await asSource.ok(submitPlanDeclaration, { id: plan.id, ...(await session(source, 8)) });
  await approveApplication(server, [world.authority, world.city], first);

  const { body } = await applyToClose(server, source, target);
  const report = await (await admin(await findOperator())).ok(getClosureReport, { id: body.id });
  expect(report.trainingPlans).toBe(1);
  for (const holder of [world.authority, target]) await decide(server, holder, body);
  await decide(server, await findOperator(), { ...body, outcome: "execute", comment: "" });

  const asTarget = await admin(target);
  const again = await asTarget.call(submitPlanDeclaration, { id: plan.id, ...(await session(target, 3)) });
  expect([again.status, again.body.error?.code]).toEqual([400, "declaration.invalid"]);
  const rest = await asTarget.call(submitPlanDeclaration, { id: plan.id, ...(await session(target, 2)) });
  expect(rest.status).toBe(200);
  expect(rest.body).toMatchObject({ organizationName: target.name, status: "pending" });
  await approveApplication(server, [world.authority, world.city], rest.body);
});
