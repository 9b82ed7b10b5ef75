import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AuditEventModel, AuditSealModel } from "../../../src/models/audit-event.ts";
import { sealAuditEvents } from "../../../src/server/commands/audit/seal-audit-events.ts";
import { recordAudit } from "../../../src/server/commands/record-audit.ts";
import { verifyAuditChain } from "../../../src/server/queries/audit/verify-audit-chain.ts";
import { runCommand, systemCaller } from "../../../src/server/run-command.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { inTransaction } from "../../support/world.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const seal = () => runCommand(server.app, systemCaller("test"), sealAuditEvents);

async function sealAll(): Promise<void> {
  while ((await AuditEventModel.exists({ sealed: false })) !== null) await seal().catch(() => undefined);
}

/** A fresh chain of twelve events. */
beforeEach(async () => {
  await AuditEventModel.deleteMany({});
  await AuditSealModel.deleteMany({});
  for (let count = 0; count < 12; count += 1) {
    await inTransaction(server.app, (ctx) =>
      recordAudit(ctx, "database.filled", { subjectId: null, data: { seed: `${count}` } }),
    );
  }
  await sealAll();
});

describe("the audit chain", () => {
  it("holds over sealed events", async () => {
    expect(await verifyAuditChain()).toEqual({ holds: true, sealed: 12, unsealed: 0, problem: null });
  });

  it("names the event that was edited", async () => {
    await AuditEventModel.collection.updateOne({ sequence: 5 }, { $set: { "data.seed": "else" } });
    expect((await verifyAuditChain()).problem).toMatch(/^event 5 \(\w+\) was changed$/);
  });

  it("names the event that was removed", async () => {
    await AuditEventModel.collection.deleteOne({ sequence: 7 });
    expect((await verifyAuditChain()).problem).toBe("event 7 is missing");
  });

  it("sees a tail that was cut off, and a head that was moved back with it", async () => {
    await AuditEventModel.collection.deleteMany({ sequence: { $gt: 10 } });
    expect((await verifyAuditChain()).problem).toBe("events 11 to 12 are missing");
    await AuditSealModel.collection.updateOne({}, { $set: { sequence: 10 } });
    expect((await verifyAuditChain()).problem).toBe("the head of the chain was changed");
  });

  it("sees two events that changed places", async () => {
    const [third, fourth] = await AuditEventModel.find({ sequence: { $in: [3, 4] } })
      .sort({ sequence: 1 })
      .lean();
    await AuditEventModel.collection.updateOne({ _id: third?._id as never }, { $set: { sequence: 100 } });
    await AuditEventModel.collection.updateOne({ _id: fourth?._id as never }, { $set: { sequence: 3 } });
    await AuditEventModel.collection.updateOne({ _id: third?._id as never }, { $set: { sequence: 4 } });
    expect((await verifyAuditChain()).holds).toBe(false);
  });

  it("stays one chain when several nodes seal at once", async () => {
    for (let count = 0; count < 8; count += 1) {
      await inTransaction(server.app, (ctx) =>
        recordAudit(ctx, "database.filled", { subjectId: null, data: { seed: "again" } }),
      );
    }
    await Promise.allSettled([seal(), seal(), seal()]);
    await sealAll();
    expect(await verifyAuditChain()).toMatchObject({ holds: true, sealed: 20 });
  });
});
