import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import {
  decideTask,
  decideTasks,
  listRejectionReasons,
  processKeys,
} from "../../../src/shared/contracts/workflow.ts";
import { adminClients } from "../../support/applications.ts";
import { declareOwn, taskOf } from "../../support/declaring.ts";
import { useProvince } from "../../support/province.ts";
import { newPerson, personClient } from "../../support/world.ts";

let asHospital: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  ({ asHospital } = await adminClients(server, world));
});

async function openTask(): Promise<string> {
  const person = await newPerson(server.app, world.hospital);
  const client = await personClient(server.app, server.url, person);
  const { instanceId } = await declareOwn({ app: server.app, client, person });
  return await taskOf(asHospital, instanceId);
}

describe("GET /rejection-reasons", () => {
  it("gives each process the reasons that fit it (AUD-07)", async () => {
    for (const processKey of processKeys) {
      const { reasons } = await asHospital.ok(listRejectionReasons, { processKey });
      expect(reasons.length).toBeGreaterThanOrEqual(3);
      expect(reasons.includes("与已申报内容重复。")).toBe(
        ["declaration", "plan-declaration", "base-class"].includes(processKey),
      );
    }
  });

  it("answers 400 and 401", async () => {
    expect((await asHospital.call(listRejectionReasons, { processKey: "lost" })).status).toBe(400);
    expect((await server.client().call(listRejectionReasons, { processKey: "declaration" })).status).toBe(
      401,
    );
  });
});

it("nothing is rejected without a reason, and a batch shares the chosen one", async () => {
  const { reasons } = await asHospital.ok(listRejectionReasons, { processKey: "declaration" });
  const [comment = ""] = reasons;
  const taskIds = [await openTask(), await openTask()];
  // Nobody sees what is made of joiners and fillers only.
  for (const empty of ["", "   ", "\u200b", "\u3000\u3164\u202e"]) {
    const alone = await asHospital.call(decideTask, {
      id: taskIds[0] ?? "",
      outcome: "reject",
      comment: empty,
    });
    expect([alone.status, alone.body.error?.code]).toEqual([400, "task.comment_required"]);
    const batch = await asHospital.call(decideTasks, { taskIds, outcome: "reject", comment: empty });
    expect([batch.status, batch.body.error?.code]).toEqual([400, "task.comment_required"]);
  }
  expect(await asHospital.ok(decideTasks, { taskIds, outcome: "reject", comment })).toMatchObject({
    succeeded: 2,
    failed: 0,
  });
});
