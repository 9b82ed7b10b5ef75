import { expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { resubmitDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import { decideTask, getInstance } from "../../../src/shared/contracts/workflow.ts";
import {
  publishDefinition,
  saveDefinitionDraft,
} from "../../../src/shared/contracts/workflow-definitions.ts";
import { openTask } from "../../support/applications.ts";
import { approveBy, declarationRequest, declareOwn, taskOf } from "../../support/declaring.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newMember, newPerson, personClient } from "../../support/world.ts";
import { shippedXml } from "../../workflows/support.ts";

const { server, world } = useProvince();

it("a flow may go on at the step that returned a declaration; who had agreed before is not asked again (AMB-38)", async () => {
  const xml = shippedXml("declaration").replace("variables.route}", "variables.remaining}");
  const right = {
    name: "流程管理员",
    role: "policy-officer" as const,
    modules: ["workflow:design" as const],
  };
  const { client: officer } = await newMember(server, world.province, right);
  const { sha256 } = await officer.ok(saveDefinitionDraft, { key: "declaration", xml, basedOn: null });
  await officer.ok(publishDefinition, { key: "declaration", sha256, note: "自驳回的一级重新审核" });
  const [asHospital, asAuthority, asCity] = [
    await adminOf(server.app, server.url, world.hospital),
    await adminOf(server.app, server.url, world.authority),
    await adminOf(server.app, server.url, world.city),
  ];
  const person = await newPerson(server.app, world.hospital);
  const client = await personClient(server.app, server.url, person);
  const { id, instanceId } = await declareOwn({ app: server.app, client, person });
  const correct = async () => {
    const { title, startDate, endDate, facts, evidence } = await declarationRequest(
      server.app,
      person.accountId,
    );
    await client.ok(resubmitDeclaration, { id, title, startDate, endDate, facts, evidence });
  };
  const reject = async (by: typeof asCity) =>
    await by.ok(decideTask, { id: await taskOf(by, instanceId), outcome: "reject", comment: "材料不清晰" });
  await approveBy([asHospital], instanceId);
  await reject(asAuthority);
  await correct();
  expect((await openTask({ instanceId })).candidate.id).toBe(world.authority._id);
  const { steps } = await client.ok(getInstance, { id: instanceId });
  expect(steps.map(({ state }) => state)).toEqual(["done", "current", "waiting"]);
  await approveBy([asAuthority], instanceId);
  await reject(asCity);
  await correct();
  expect((await openTask({ instanceId })).candidate.id).toBe(world.city._id);
  await approveBy([asCity], instanceId);
  expect(await CreditEntryModel.countDocuments({ declarationId: id })).toBeGreaterThan(0);
});
