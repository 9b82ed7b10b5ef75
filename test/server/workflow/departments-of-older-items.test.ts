import { expect, it } from "vitest";
import { ApplicationModel } from "../../../src/models/application.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import { keepDepartmentsOfItems } from "../../../src/models/migrations/20261124-2-keep-departments-of-items.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import { submitProfileChange } from "../../../src/shared/contracts/profile-changes.ts";
import { listTasks } from "../../../src/shared/contracts/workflow.ts";
import { declareOwn } from "../../support/declaring.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newPerson, personClient } from "../../support/world.ts";

const province = useProvince();

it("items of before are found by the department that their person is in, and twice is as good as once", async () => {
  const { server, world } = province;
  const departmentId = "a".repeat(24);
  const people = [
    await newPerson(server.app, world.hospital, { departmentId, departmentName: "外科" }),
    await newPerson(server.app, world.hospital),
  ];
  for (const person of people) {
    const client = await personClient(server.app, server.url, person);
    await declareOwn({ app: server.app, client, person });
    await client.ok(submitProfileChange, { changes: { school: "郑州大学" }, attachments: [] } as never);
  }
  const asHospital = await adminOf(server.app, server.url, world.hospital);
  const found = async () => (await asHospital.ok(listTasks, { box: "todo", departmentId })).total;
  expect(await found()).toBe(2);
  for (const model of [DeclarationModel, ApplicationModel, WorkflowTask])
    await model.collection.updateMany({}, { $unset: { departmentId: "" } });
  expect(await found()).toBe(0);
  for (let time = 0; time < 2; time += 1) await keepDepartmentsOfItems();
  expect(await found()).toBe(2);
  const left = { departmentId: { $exists: false } };
  expect(await WorkflowTask.countDocuments({ ...left, status: "open" })).toBe(2);
});
