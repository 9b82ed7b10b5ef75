import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { MongoClient } from "mongodb";
import { startTestDatabase } from "../support.ts";
import { type Outcome, UnifiedRunner } from "./runner.ts";

/** Folders of a checkout of the MongoDB specifications that a one-member replica set has to meet. */
export const FOLDERS = [
  "crud",
  "transactions",
  "transactions-convenient-api",
  "retryable-reads",
  "retryable-writes",
  "index-management",
  "sessions",
  "gridfs",
];

function jsonFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const full = path.join(folder, name);
    if (statSync(full).isDirectory()) return jsonFiles(full);
    return name.endsWith(".json") ? [full] : [];
  });
}

/** Runs all unified tests of a checkout; `only` keeps the files whose path contains it. */
export async function runOfficial(checkout: string, only = ""): Promise<Outcome[]> {
  const db = await startTestDatabase({ allowFailPoints: true });
  const uri = db.server.uri;
  const admin = await new MongoClient(uri).connect();
  const runner = new UnifiedRunner(uri, admin);
  const outcomes: Outcome[] = [];
  for (const folder of FOLDERS) {
    const root = path.join(checkout, "source", folder, "tests");
    for (const file of jsonFiles(root).filter((one) => one.includes(only))) {
      const text = readFileSync(file, "utf8");
      if (!text.includes('"schemaVersion"')) continue;
      outcomes.push(...(await runner.runFile(path.relative(path.join(checkout, "source"), file), text)));
    }
  }
  await admin.close();
  await db.close();
  return outcomes;
}
