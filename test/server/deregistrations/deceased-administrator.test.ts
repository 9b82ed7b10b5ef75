import { expect, it } from "vitest";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { PersonModel } from "../../../src/models/person.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { getSession } from "../../../src/shared/contracts/accounts.ts";
import { reactivatePerson, submitDeregistration } from "../../../src/shared/contracts/deregistrations.ts";
import { approveApplication, attachmentsOf, auditTypes, messagesTo } from "../../support/applications.ts";
import { adminOf, buildFile, newPerson, newUnit } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

it("nobody acts by the account of a dead super-administrator; who is above is told, a mistake is undone", async () => {
  const { app, url } = server;
  const unit = await newUnit(app, world.authority);
  // The unit's super-administrator is a professional elsewhere, too: one account, two roles.
  const person = await newPerson(app, world.hospital);
  await PersonModel.updateOne({ _id: person._id }, { $set: { accountId: unit.adminAccountId } });
  const asUnit = await adminOf(app, url, unit);
  expect((await asUnit.call(getSession, {})).status).toBe(200);

  const asHospital = await adminOf(app, url, world.hospital);
  const application = await asHospital.ok(submitDeregistration, {
    personId: person._id,
    case: "deceased",
    on: "2026-11-01",
    attachments: await attachmentsOf(app, world.hospital.adminAccountId, ["proof"]),
  });
  await approveApplication(server, [world.authority, world.city], application);

  expect((await asUnit.call(getSession, {})).status).toBe(401);
  const acting = async () => (await OrganizationModel.findById(unit._id).lean())?.hasAdministrator;
  expect(await acting()).toBe(false);
  expect(await messagesTo(world.authority.adminAccountId, unit._id)).toMatchObject([
    { kind: "administrator.lost", title: "下级单位没有超级管理员" },
  ]);
  expect(await auditTypes(unit.adminAccountId)).toContain("account.status_changed");

  const asCity = await adminOf(app, url, world.city);
  const { fileId, name } = await buildFile(app, world.city.adminAccountId);
  await asCity.ok(reactivatePerson, {
    id: person._id,
    reason: "死亡登记有误",
    attachments: [{ key: "proof", fileId, name }],
  });
  expect(await acting()).toBe(true);
  expect((await (await adminOf(app, url, unit)).call(getSession, {})).status).toBe(200);
});
