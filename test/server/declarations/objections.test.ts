import { beforeAll, describe, expect, it } from "vitest";
import type { Person } from "../../../src/models/person.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import {
  objectToDeclaration,
  revokeDeclaration,
  withdrawDeclaration,
} from "../../../src/shared/contracts/declaration-changes.ts";
import { getDeclaration, submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { adminClients, approveApplication, auditTypes, messagesTo } from "../../support/applications.ts";
import { declarationRequest, declareOwn } from "../../support/declaring.ts";
import { newPerson, personClient } from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";

let asHospital: ApiClient;
let asAuthority: ApiClient;
let asCity: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  ({ asHospital, asAuthority, asCity } = await adminClients(server, world));
});

const reason = "本人没有参加该会议";

async function declaredFor(): Promise<{ id: string; instanceId: string; person: Person; client: ApiClient }> {
  const { app, url } = server;
  const person = await newPerson(app, world.hospital);
  const people = [{ personId: person._id }];
  const request = await declarationRequest(app, world.hospital.adminAccountId, { people });
  const [made] = (await asHospital.ok(submitDeclarations, request)).declarations;
  const { id = "", instanceId = "" } = made ?? {};
  return { id, instanceId, person, client: await personClient(app, url, person) };
}

const told = async (accountId: string, id: string) =>
  (await messagesTo(accountId, id)).filter(({ kind }) => kind === "declaration.objected").length;

describe("POST /declarations/:id/objection (DEC-15)", () => {
  it("200: marks what another declared, for everybody who sees it, and tells declarant and holder", async () => {
    const { id, client } = await declaredFor();
    expect((await client.ok(getDeclaration, { id })).canObject).toBe(true);
    await client.ok(objectToDeclaration, { id, reason });
    const seen = await asAuthority.ok(getDeclaration, { id });
    expect([seen.objection?.reason, seen.status]).toEqual([reason, "pending"]);
    expect((await client.ok(getDeclaration, { id })).canObject).toBe(false);
    expect([
      await told(world.hospital.adminAccountId, id),
      await told(world.authority.adminAccountId, id),
      await told(world.city.adminAccountId, id),
    ]).toEqual([1, 1, 0]);
    expect(await auditTypes(id)).toContain("declaration.objected");
    await asHospital.ok(withdrawDeclaration, { id });
    expect((await asHospital.ok(getDeclaration, { id })).objection?.reason).toBe(reason);
  });

  it("200: after the last approval it tells the bureau, which may revoke the hours (APR-13)", async () => {
    const { id, instanceId, client } = await declaredFor();
    await approveApplication(server, [world.authority, world.city], { instanceId });
    await client.ok(objectToDeclaration, { id, reason });
    expect([
      await told(world.authority.adminAccountId, id),
      await told(world.city.adminAccountId, id),
    ]).toEqual([0, 1]);
    await asCity.ok(revokeDeclaration, { id, reason: "本人提出异议，核实未参加" });
    expect((await client.ok(getDeclaration, { id })).status).toBe("revoked");
  });

  it("400: without a reason; 403: one's own declaration, or as the unit", async () => {
    const { id, person, client } = await declaredFor();
    expect((await client.call(objectToDeclaration, { id, reason: "" })).status).toBe(400);
    expect((await asHospital.call(objectToDeclaration, { id, reason })).status).toBe(403);
    const own = await declareOwn({ app: server.app, client, person });
    expect((await client.call(objectToDeclaration, { id: own.id, reason })).status).toBe(403);
    expect((await client.ok(getDeclaration, { id: own.id })).canObject).toBe(false);
  });

  it("404: somebody else's declaration", async () => {
    const { id } = await declaredFor();
    const other = await declaredFor();
    expect((await other.client.call(objectToDeclaration, { id, reason })).status).toBe(404);
    expect((await other.client.call(objectToDeclaration, { id: "f".repeat(24), reason })).status).toBe(404);
  });

  it("409: twice, at once or one after the other, and once it has ended", async () => {
    const { id, client } = await declaredFor();
    const answers = await Promise.all([1, 2].map(() => client.call(objectToDeclaration, { id, reason })));
    expect(statusesOf(answers)).toEqual([200, 409]);
    const again = await client.call(objectToDeclaration, { id, reason });
    expect([again.status, again.body.error?.code]).toEqual([409, "declaration.not_disputable"]);
    const ended = await declaredFor();
    await asHospital.ok(withdrawDeclaration, { id: ended.id });
    const late = await ended.client.call(objectToDeclaration, { id: ended.id, reason });
    expect([late.status, late.body.error?.message]).toEqual([
      409,
      "该申报当前状态为「已撤回」，不能提出异议",
    ]);
  });
});
