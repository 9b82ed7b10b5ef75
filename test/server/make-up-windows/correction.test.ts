import { beforeAll, describe, expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { resubmitDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import {
  getDeclaration,
  listDeclarations,
  submitDeclarations,
} from "../../../src/shared/contracts/declarations.ts";
import { openMakeUpWindow } from "../../../src/shared/contracts/make-up-windows.ts";
import { decideTask, getTask, listTasks } from "../../../src/shared/contracts/workflow.ts";
import { approveBy, declarationRequest, taskOf } from "../../support/declaring.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newPerson, personClient } from "../../support/world.ts";

/** A make-up declaration is marked whatever happens to it (PST-02). */
const clock = fixedClock("2026-03-10T02:00:00Z");
const { server, world } = useProvince({ clock });
let hospital: ApiClient;
let authority: ApiClient;
let city: ApiClient;

beforeAll(async () => {
  const { app, url } = server;
  hospital = await adminOf(app, url, world.hospital);
  authority = await adminOf(app, url, world.authority);
  city = await adminOf(app, url, world.city);
});

async function declareLastYear() {
  const person = await newPerson(server.app, world.hospital, { firstYear: 2024 });
  const target = { kind: "person" as const, personId: person._id };
  const opened = { year: 2025, reason: "系统故障", from: "2026-03-01", to: "2026-03-31" };
  await city.ok(openMakeUpWindow, { target, ...opened });
  const client = await personClient(server.app, server.url, person);
  const request = await declarationRequest(server.app, person.accountId, {
    form: "12",
    year: 2025,
    startDate: "2025-06-01",
    endDate: "2025-06-01",
    facts: { activityName: "义诊", organizerKind: "employer", organizer: "示例单位", days: 1 },
  });
  const [declared] = (await client.ok(submitDeclarations, request)).declarations;
  if (declared === undefined) throw new Error("nothing was declared");
  const { id, instanceId } = declared;
  return { person, client, request, id, instanceId };
}

type Declared = Awaited<ReturnType<typeof declareLastYear>>;

async function reject(holder: ApiClient, { instanceId }: Declared): Promise<void> {
  const id = await taskOf(holder, instanceId);
  await holder.ok(decideTask, { id, outcome: "reject", comment: "材料不全" });
}

async function resubmit({ client, request, id }: Declared, title: string): Promise<void> {
  const { startDate, endDate, facts, evidence } = request;
  await client.ok(resubmitDeclaration, { id, title, startDate, endDate, facts, evidence });
}

describe("补报", () => {
  it("stays through rejection at each step, correction and approval, to the ledger", async () => {
    const declared = await declareLastYear();
    const { client, person, id, instanceId } = declared;
    const marked = async () => (await client.ok(getDeclaration, { id })).makeUp;
    const shownTo = async (holder: ApiClient) =>
      (await holder.ok(getTask, { id: await taskOf(holder, instanceId) })).title;

    await reject(hospital, declared);
    expect([await marked(), await shownTo(client)]).toEqual([true, expect.stringMatching(/^【补报】/)]);
    await resubmit(declared, "义诊（第一次修改）");
    expect([await marked(), await shownTo(hospital)]).toEqual([true, "【补报】义诊（第一次修改）"]);

    await approveBy([hospital], instanceId);
    expect(await shownTo(authority)).toBe("【补报】义诊（第一次修改）");
    await reject(authority, declared);
    await resubmit(declared, "义诊（第二次修改）");
    expect([await marked(), await shownTo(hospital)]).toEqual([true, "【补报】义诊（第二次修改）"]);

    await approveBy([hospital, authority, city], instanceId);
    const { rows } = await client.ok(listDeclarations, { year: 2025 });
    expect(rows).toMatchObject([{ id, status: "approved", makeUp: true }]);
    const entries = await CreditEntryModel.find({ personId: person._id }).lean();
    expect(entries.map(({ year, sourceName }) => [year, sourceName])).toEqual([
      [2025, expect.stringMatching(/（补报）$/)],
    ]);
    const { rows: decided } = await hospital.ok(listTasks, { box: "done", year: 2025 });
    expect(decided.length).toBe(3);
    for (const { title } of decided) expect(title).toMatch(/^【补报】/);
  });

  it("stays when the window has closed before the correction, which is still taken", async () => {
    const declared = await declareLastYear();
    await reject(hospital, declared);
    clock.set("2026-04-02T02:00:00Z");
    const again = await personClient(server.app, server.url, declared.person);
    await resubmit({ ...declared, client: again }, "义诊（窗口期后修改）");
    expect((await again.ok(getDeclaration, { id: declared.id })).makeUp).toBe(true);
    const { rows } = await hospital.ok(listTasks, { q: "窗口期后" });
    expect(rows.map(({ title }) => title)).toEqual(["【补报】义诊（窗口期后修改）"]);
    clock.set("2026-03-10T02:00:00Z");
  });
});
