import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { join } from "node:path";
import { AuditEventModel } from "../../models/audit-event.ts";
import { projectRoot } from "../../shared/project-root.ts";
import type { Journey } from "./journey.ts";

const sealLimitMs = 10_000;

/** The chain holds; after one event is edited in the database behind the platform's back it does not. */
export async function checkAudit(journey: Journey, databaseUri: string): Promise<void> {
  await allSealed();
  journey.expect("xueshi audit verify", await verifyByCommand(journey, databaseUri), 0);
  const [event] = await AuditEventModel.find({ sealed: true })
    .sort({ sequence: -1 })
    .skip(10)
    .limit(1)
    .lean();
  await AuditEventModel.collection.updateOne({ _id: event?._id as never }, { $set: { actorName: "篡改者" } });
  journey.expect("xueshi audit verify after an edit", await verifyByCommand(journey, databaseUri), 1);
}

async function allSealed(): Promise<void> {
  const deadline = Date.now() + sealLimitMs;
  while ((await AuditEventModel.exists({ sealed: false })) !== null) {
    if (Date.now() > deadline) throw new Error("audit events were not sealed in time");
    await pause(100);
  }
}

/** The command as an auditor runs it: a process of its own on the same database. */
function verifyByCommand(journey: Journey, databaseUri: string): Promise<number> {
  const program = join(projectRoot(), "scripts/xueshi.mjs");
  const child = spawn(process.execPath, [program, "audit", "verify", "--uri", databaseUri], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.on("data", (chunk: Buffer) => journey.note(chunk.toString().trim()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? -1));
  });
}
