import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import mongoose from "mongoose";
import { describe, expect, it } from "vitest";
import { StoredFileModel } from "../../../src/models/stored-file.ts";
import { hasBlob, putBlob, readBlob, removeBlob } from "../../../src/server/blobs.ts";
import { removeUnusedFiles } from "../../../src/server/commands/platform/remove-unused-files.ts";
import { samplePdf } from "../../../src/shared/sample-pdf.ts";
import * as contracts from "../../../src/shared/contracts/platform.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { isoDate, yearOf } from "../../../src/shared/dates.ts";
import { adminOf, newMember, newPerson, personClient, type World } from "../../support/world.ts";
import { auditTypes } from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";

const clock = fixedClock(new Date());

const { server, world } = useProvince({ clock });

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("GET /platform", () => {
  it("200: name, sponsor, year; no demonstration accounts outside a demonstration", async () => {
    const platform = await server.client().ok(contracts.getPlatform, {});
    expect(platform).toMatchObject({
      name: "河南省专业技术人员继续教育公共服务平台",
      sponsor: "河南省人力资源和社会保障厅专业技术人员管理处",
      today: isoDate(clock.now()),
      closing: {
        lastDay: `${yearOf(clock.now())}-12-31`,
        shownFrom: `${yearOf(clock.now())}-11-01`,
        lastCorrectionDay: `${yearOf(clock.now())}-12-31`,
        lastApprovalDay: null,
      },
      yearInGrace: null,
      demonstration: false,
      demonstrationAccounts: [],
    });
    const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
    expect(platform.version).toBe(version);
  });
});

describe("POST /files", () => {
  it("200: keeps bytes once for two uploads, and a row for each", async () => {
    const admin = await adminOf(server.app, server.url, world.hospital);
    const upload = () =>
      admin.upload(contracts.uploadFile, { name: "盖章页.png", bytes: png, type: "application/pdf" });
    const [first, second] = await Promise.all([upload(), upload()]);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ name: "盖章页.png", mimeType: "image/png", size: png.length });
    expect(second.body.fileId).not.toBe(first.body.fileId);
    expect(await StoredFileModel.countDocuments({ sha256: sha256(png) })).toBe(2);
    const stored = await mongoose.connection.db
      ?.collection("blobs.files")
      .countDocuments({ filename: sha256(png) });
    expect(stored).toBe(1);
    expect(await auditTypes(first.body.fileId)).toEqual(["file.stored"]);
  });

  it("401: without a session, and nothing is kept", async () => {
    const file = { name: "a.pdf", bytes: samplePdf("nobody's"), type: "application/pdf" };
    const answer = await server.client().upload(contracts.uploadFile, file);
    expect(answer.status).toBe(401);
    expect(await hasBlob(sha256(file.bytes))).toBe(false);
  });

  it("415: what is not what it says; 400: nothing", async () => {
    const admin = await adminOf(server.app, server.url, world.hospital);
    const script = {
      name: "a.pdf",
      bytes: Buffer.from("<script>alert(1)</script>"),
      type: "application/pdf",
    };
    expect((await admin.upload(contracts.uploadFile, script)).status).toBe(415);
    const empty = { name: "a.pdf", bytes: new Uint8Array(), type: "application/pdf" };
    expect((await admin.upload(contracts.uploadFile, empty)).status).toBe(400);
  });
});

describe("GET /files/:id", () => {
  async function uploaded() {
    const admin = await adminOf(server.app, server.url, world.hospital);
    const bytes = samplePdf(`proof ${Math.random()}`);
    const file = { name: "证明（盖章）.pdf", bytes, type: "application/pdf" };
    const { body } = await admin.upload(contracts.uploadFile, file);
    return { admin, bytes, fileId: body.fileId };
  }

  it("200: the same bytes, by their name, for the uploader", async () => {
    const { admin, bytes, fileId } = await uploaded();
    const answer = await admin.bytes(`/files/${fileId}`);
    expect(Buffer.from(answer.bytes).equals(Buffer.from(bytes))).toBe(true);
    expect(answer.headers.get("content-disposition")).toContain(
      encodeURIComponent("证明（盖章）.pdf").slice(0, 20),
    );
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("200: for the organizations of the item that it proves", async () => {
    const { fileId } = await uploaded();
    const scopeIds = [world.hospital._id, world.city._id];
    await StoredFileModel.updateOne({ _id: fileId }, { $set: { usedBy: "PC1", scopeIds } });
    const city = await adminOf(server.app, server.url, world.city);
    expect((await city.bytes(`/files/${fileId}`)).status).toBe(200);
  });

  it("401 and 404: for nobody, for others, for other professionals, for none", async () => {
    const { fileId } = await uploaded();
    const path = `/files/${fileId}`;
    await StoredFileModel.updateOne({ _id: fileId }, { $set: { scopeIds: [world.hospital._id] } });
    expect((await server.client().bytes(path)).status).toBe(401);
    const person = await newPerson(server.app, world.hospital);
    for (const client of [
      await adminOf(server.app, server.url, world.city),
      await adminOf(server.app, server.url, world.company),
      await personClient(server.app, server.url, person),
    ]) {
      expect((await client.bytes(path)).status).toBe(404);
      expect((await client.bytes(`/files/${"0".repeat(24)}`)).status).toBe(404);
    }
  });
});

describe("unused files", () => {
  it("go after a day with their bytes; used ones and shared bytes stay", async () => {
    const admin = await adminOf(server.app, server.url, world.hospital);
    const send = async (bytes: Uint8Array) =>
      (await admin.upload(contracts.uploadFile, { name: "a.pdf", bytes, type: "application/pdf" })).body
        .fileId;
    const [lonely, shared] = [samplePdf("lonely"), samplePdf("shared")];
    await send(lonely);
    await send(shared);
    const used = await send(shared);
    await StoredFileModel.updateOne({ _id: used }, { $set: { usedBy: "PC2" } });
    expect(await removeUnusedFiles(server.app)).toBe(0);
    clock.set(new Date(clock.now().getTime() + 24 * 3_600_000 + 1));
    expect(await removeUnusedFiles(server.app)).toBeGreaterThan(1);
    expect(await removeUnusedFiles(server.app)).toBe(0);
    expect([await hasBlob(sha256(lonely)), await hasBlob(sha256(shared))]).toEqual([false, true]);
    expect(await StoredFileModel.countDocuments({ sha256: sha256(shared) })).toBe(1);
  });

  it("bytes from memory come back whole, and can be removed", async () => {
    const bytes = Buffer.alloc(600_000, "学时");
    await putBlob(sha256(bytes), bytes);
    expect((await readBlob(sha256(bytes)))?.equals(bytes)).toBe(true);
    await removeBlob(sha256(bytes));
    expect(await readBlob(sha256(bytes))).toBeNull();
  });
});

describe("GET /audit-events", () => {
  async function auditorOf(unit: World["city"]) {
    const { adminAccountId: accountId } = unit;
    return (await newMember(server, unit, { accountId, role: "auditor", modules: ["audit:read"] })).client;
  }

  it("200: the whole province for the provincial auditor, its own tree for a city's", async () => {
    const hospital = await adminOf(server.app, server.url, world.hospital);
    const bytes = samplePdf("audited");
    const file = { name: "a.pdf", bytes, type: "application/pdf" };
    const { fileId: subjectId } = (await hospital.upload(contracts.uploadFile, file)).body;
    for (const unit of [world.province, world.city]) {
      const page = await (await auditorOf(unit)).ok(contracts.listAuditEvents, { subjectId });
      expect(page.rows).toMatchObject([
        { type: "file.stored", typeName: "上传文件", organizationName: world.hospital.name },
      ]);
    }
    const elsewhere = await auditorOf(world.elsewhere);
    expect((await elsewhere.ok(contracts.listAuditEvents, { subjectId })).rows).toEqual([]);
    const typed = await (await auditorOf(world.county)).ok(contracts.listAuditEvents, {
      type: "file.stored",
    });
    expect(typed.rows).toEqual([]);
  });

  it("401 and 403: without a session, without the right", async () => {
    expect((await server.client().call(contracts.listAuditEvents, {})).status).toBe(401);
    const admin = await adminOf(server.app, server.url, world.province);
    const answer = await admin.call(contracts.listAuditEvents, {});
    expect([answer.status, answer.body.error?.code]).toEqual([403, "permission.denied"]);
  });
});
