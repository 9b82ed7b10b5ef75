import { beforeAll, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { decideTask, getTask, hideTask, listTasks } from "../../../src/shared/contracts/workflow.ts";
import { declareOwn, taskOf } from "../../support/declaring.ts";
import { adminOf, newMember, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

let now = new Date("2026-11-23T04:00:00Z");
let hospital: ApiClient;
let colleague: ApiClient;
const { server, world } = useProvince({ clock: { now: () => now } });

beforeAll(async () => {
  hospital = await adminOf(server.app, server.url, world.hospital);
  const right = { role: "employer" as const, modules: ["declarations:review" as const] };
  colleague = (await newMember(server, world.hospital, right)).client;
});

async function openTask(): Promise<string> {
  const person = await newPerson(server.app, world.hospital);
  const client = await personClient(server.app, server.url, person);
  const { instanceId } = await declareOwn({ app: server.app, client, person });
  // A session of its own: one that is used a day later would end by the database's own clock.
  return await taskOf(await adminOf(server.app, server.url, world.hospital), instanceId);
}

const doneIds = async (client: ApiClient, filter: Record<string, string> = {}) =>
  (await client.ok(listTasks, { box: "done", pageSize: 100, ...filter })).rows.map(({ id }) => id);

describe("POST /tasks/:id/hiding", () => {
  it("200: leaves one's own list only; the record stays for colleagues and in the audit", async () => {
    const id = await openTask();
    await hospital.ok(decideTask, { id, outcome: "approve" });
    expect(await doneIds(hospital)).toContain(id);
    await hospital.ok(hideTask, { id });
    await hospital.ok(hideTask, { id });
    expect(await doneIds(hospital)).not.toContain(id);
    expect(await doneIds(colleague)).toContain(id);
    expect((await hospital.ok(getTask, { id })).decidedBy).toContain(world.hospital.name);
    expect(await AuditEventModel.countDocuments({ type: "task.decided", "data.taskId": id })).toBe(1);
    expect(await AuditEventModel.countDocuments({ type: "task.hidden", "data.taskId": id })).toBe(2);
  });

  it("409 while it is open, 404 for others, 401 for nobody", async () => {
    const id = await openTask();
    const open = await hospital.call(hideTask, { id });
    expect([open.status, open.body.error?.code]).toEqual([409, "task.not_decided"]);
    const company = await adminOf(server.app, server.url, world.company);
    expect((await company.call(hideTask, { id })).body.error?.code).toBe("task.not_found");
    expect((await server.client().call(hideTask, { id })).status).toBe(401);
  });
});

describe("GET /tasks by day and outcome", () => {
  it("finds what came on some days in Shanghai, and how it was decided", async () => {
    const start = now;
    // 23:30 on the 23rd, and 00:30 on the 24th, in Shanghai.
    now = new Date("2026-11-23T15:30:00Z");
    const late = await openTask();
    now = new Date("2026-11-23T16:30:00Z");
    const early = await openTask();
    now = start;
    const ids = async (filter: Record<string, string>) =>
      (await hospital.ok(listTasks, { box: "todo", pageSize: 100, ...filter })).rows.map(({ id }) => id);
    expect(await ids({ from: "2026-11-24" })).toEqual([early]);
    expect(await ids({ to: "2026-11-23" })).toContain(late);
    expect(await ids({ from: "2026-11-23", to: "2026-11-23" })).not.toContain(early);
    await hospital.ok(decideTask, { id: late, outcome: "reject", comment: "材料不全" });
    expect(await doneIds(hospital, { outcome: "reject" })).toEqual([late]);
    expect(await doneIds(hospital, { outcome: "approve" })).not.toContain(late);
    expect((await hospital.call(listTasks, { from: "昨天" })).status).toBe(400);
  });
});
