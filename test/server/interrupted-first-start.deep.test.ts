import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../src/models/audit-event.ts";
import { OrganizationModel } from "../../src/models/organization.ts";
import { start } from "../support/start.ts";

let folder = "";
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A start that was ended while it filled the embedded database (Ctrl-C) must not leave a platform that nobody can enter. */
describe("a demonstration that was filled in part", () => {
  it("is thrown away and filled anew by the next start; a whole one is kept", async () => {
    folder = await mkdtemp(join(tmpdir(), "xs-first-"));
    const DATA_DIR = folder;
    const first = await start({ DATA_DIR });
    const organizations = await OrganizationModel.countDocuments({});
    expect(first.accounts.length).toBeGreaterThan(8);
    await OrganizationModel.updateOne({ kind: "base" }, { $set: { address: "留下的标记" } });
    await first.close();

    const again = await start({ DATA_DIR });
    expect(await OrganizationModel.countDocuments({ address: "留下的标记" })).toBe(1);
    await AuditEventModel.collection.deleteMany({ type: "database.filled" });
    await OrganizationModel.collection.deleteMany({ kind: "employer" });
    await again.close();

    const mended = await start({ DATA_DIR });
    expect(mended.accounts).toHaveLength(first.accounts.length);
    expect(await OrganizationModel.countDocuments({})).toBe(organizations);
    expect(await OrganizationModel.countDocuments({ address: "留下的标记" })).toBe(0);
    await mended.close();

    // Whatever the settings of the start that finds it: nobody may begin to work in half a province.
    const bare = await start({ DATA_DIR, DEMONSTRATION: "false" });
    await AuditEventModel.collection.deleteMany({ type: "database.filled" });
    await bare.close();
    const empty = await start({ DATA_DIR, DEMONSTRATION: "false" });
    expect(empty.firstStart.operator?.password).toMatch(/.{8}/);
    expect(empty.accounts).toEqual([]);
    await empty.close();
  });
});
