import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { StoredFileModel } from "../../../src/models/stored-file.ts";
import { UploadModel } from "../../../src/models/upload.ts";
import { hasBlob, readBlob } from "../../../src/server/blobs.ts";
import type { App } from "../../../src/server/command-context.ts";
import { completeUpload as completing } from "../../../src/server/commands/uploads/complete-upload.ts";
import { removeExpiredUploads } from "../../../src/server/commands/uploads/remove-expired-uploads.ts";
import { makeActor } from "../../../src/server/queries/accounts/load-actor.ts";
import { roleOfMembership } from "../../../src/server/queries/accounts/roles-of.ts";
import { makeContext, systemCaller } from "../../../src/server/run-command.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { submitPlanDeclaration } from "../../../src/shared/contracts/plan-declarations.ts";
import {
  cancelUpload,
  completeUpload,
  getUpload,
  mostUploads,
  partBytes,
  sendUploadPart,
  startUpload,
} from "../../../src/shared/contracts/uploads.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";
import { approvedPlanOf, evidenceOf, sessionRequest } from "../../support/training-plans.ts";
import { adminOf, newPerson, personClient } from "../../support/world.ts";

const clock = fixedClock("2026-11-23T02:00:00Z");
const { server, world } = useProvince({ clock });

let client: ApiClient;

beforeEach(async () => {
  await UploadModel.deleteMany({});
  client = await adminOf(server.app, server.url, world.hospital);
});

let serial = 0;

/** Bytes that begin as an MP4 does, of two whole parts and a bit. */
function video(size = 2 * partBytes + 1000): Buffer {
  serial += 1;
  const head = Buffer.from("000000186674797069736f6d0000000069736f6d6d703432", "hex");
  return Buffer.concat([head, Buffer.alloc(size - head.length, serial)]);
}

const sha256Of = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

const start = (bytes: Buffer, given: { sha256?: string } = {}) =>
  client.ok(startUpload, { name: "第一场.mp4", size: bytes.length, ...given });

/** Sends one part of these bytes. */
function send(id: string, bytes: Buffer, index: number) {
  return sendBy(client, { id, bytes, index });
}

function sendBy(by: ApiClient, { id, bytes, index }: { id: string; bytes: Buffer; index: number }) {
  const part = bytes.subarray(index * partBytes, (index + 1) * partBytes);
  const file = { name: "part", bytes: part, type: "application/octet-stream" };
  return by.upload(sendUploadPart, file, { id, index: String(index) });
}

async function sendAll(id: string, bytes: Buffer): Promise<void> {
  for (let index = 0; index * partBytes < bytes.length; index += 1)
    expect((await send(id, bytes, index)).status).toBe(200);
}

async function administrator() {
  const accountId = world.hospital.adminAccountId;
  const membership = await MembershipModel.findOne({ accountId }).lean();
  const account = await AccountModel.findById(accountId).lean();
  if (membership === null || account === null) throw new Error("the hospital has an administrator");
  return makeActor(account, { _id: "", personId: null }, roleOfMembership(membership));
}

const partsLeft = async (id: string) => {
  const stored = await Promise.all([0, 1, 2].map((index) => hasBlob(`upload-${id}-${index}`)));
  return stored.filter(Boolean).length;
};

describe("a video of more than one part (PLN-12)", () => {
  it("is sent in any order, gone on with after an interruption, and becomes the video of a plan's session", async () => {
    const bytes = video();
    const upload = await start(bytes, { sha256: sha256Of(bytes) });
    expect(upload).toMatchObject({ parts: 3, partBytes, received: [], name: "第一场.mp4" });
    for (const index of [2, 0, 2]) await send(upload.id, bytes, index);
    const again = await adminOf(server.app, server.url, world.hospital);
    expect((await again.ok(getUpload, { id: upload.id })).received).toEqual([0, 2]);
    const early = await again.call(completeUpload, { id: upload.id });
    expect([early.status, early.body.error?.message]).toEqual([409, "还有1片未上传，请补传后再完成"]);
    await sendBy(again, { id: upload.id, bytes, index: 1 });
    const stored = await again.ok(completeUpload, { id: upload.id });
    expect(stored).toMatchObject({ name: "第一场.mp4", size: bytes.length, mimeType: "video/mp4" });
    expect((await readBlob(sha256Of(bytes)))?.equals(bytes)).toBe(true);
    expect([await partsLeft(upload.id), await UploadModel.countDocuments({})]).toEqual([0, 0]);
    const events = await AuditEventModel.find({ subjectId: { $in: [upload.id, stored.fileId] } }).lean();
    expect(events.map(({ type }) => type).toSorted()).toEqual(["file.stored", "upload.started"]);
    const plan = await approvedPlanOf(server, world);
    const doctor = await newPerson(server.app, world.hospital);
    const proof = await evidenceOf(server.app, world.hospital.adminAccountId, ["sign-in", "photo"]);
    const session = await sessionRequest(server.app, world.hospital.adminAccountId, {
      participants: [{ personId: doctor._id, hours: 8 }],
      evidence: [...proof, { key: "video", fileId: stored.fileId, name: stored.name }],
    });
    const declared = await client.ok(submitPlanDeclaration, { id: plan.id, ...session });
    const file = await StoredFileModel.findById(stored.fileId).lean();
    expect(file?.usedBy).toBe(declared.id);
  });

  it("is stored once when it is completed twice at once", async () => {
    const bytes = video();
    const { id } = await start(bytes);
    await sendAll(id, bytes);
    const answers = await Promise.all([
      client.call(completeUpload, { id }),
      client.call(completeUpload, { id }),
    ]);
    expect(statusesOf(answers)[0]).toBe(200);
    expect([404, 409]).toContain(statusesOf(answers)[1]);
    expect(await StoredFileModel.countDocuments({ sha256: sha256Of(bytes) })).toBe(1);
  });

  it("400: a part that the file does not have, or of another length; another content than was announced", async () => {
    const bytes = video();
    const { id } = await start(bytes, { sha256: "0".repeat(64) });
    const longer = Buffer.concat([bytes, Buffer.alloc(1)]);
    expect((await send(id, longer, 2)).body.error).toMatchObject({
      code: "upload.part_invalid",
      message: "该文件共3片，这一片应为1000字节，请核对片号和大小",
    });
    expect((await send(id, Buffer.alloc(4 * partBytes), 3)).status).toBe(400);
    expect((await client.ok(getUpload, { id })).received).toEqual([]);
    await sendAll(id, bytes);
    const completed = await client.call(completeUpload, { id });
    expect([completed.status, completed.body.error?.code]).toEqual([400, "upload.checksum_mismatch"]);
    expect(await hasBlob(sha256Of(bytes))).toBe(false);
    const answers = [
      await client.call(startUpload, { name: "a.mp4", size: 0 }),
      await client.call(startUpload, { name: "", size: 1 }),
      await client.call(startUpload, { name: "a.mp4", size: 1, sha256: "x" }),
    ];
    expect(statusesOf(answers)).toEqual([400, 400, 400]);
  });

  it("413: above the limit that is configured; a part above its size", async () => {
    const answer = await client.call(startUpload, { name: "a.mp4", size: 500 * 1024 * 1024 + 1 });
    expect([answer.status, answer.body.error?.message]).toEqual([413, expect.stringContaining("500MB")]);
    const { id } = await start(video());
    const file = { name: "part", bytes: Buffer.alloc(partBytes + 1), type: "application/octet-stream" };
    expect((await client.upload(sendUploadPart, file, { id, index: "0" })).status).toBe(413);
  });

  it("415: what is no video, whatever its name says", async () => {
    const bytes = Buffer.alloc(100, "<html>");
    const { id } = await start(bytes);
    await sendAll(id, bytes);
    const answer = await client.call(completeUpload, { id });
    expect([answer.status, answer.body.error?.code]).toEqual([415, "file.wrong_type"]);
    expect(await hasBlob(sha256Of(bytes))).toBe(false);
  });

  it("503: a video that nobody could look at is not let in, and can be completed later (REG-29)", async () => {
    const bytes = video(1000);
    const { id } = await start(bytes);
    await sendAll(id, bytes);
    const unreachable: App = {
      ...server.app,
      env: { ...server.app.env, CLAMAV_ADDRESS: "/nowhere/clamd.sock" },
    };
    const ctx = makeContext(unreachable, { ...systemCaller("test"), actor: await administrator() });
    await expect(completing(ctx, { id })).rejects.toMatchObject({ code: "file.scan_unavailable" });
    expect((await client.call(completeUpload, { id })).status).toBe(200);
  });

  it("409: more than three at a time; one that is given up makes room", async () => {
    const ids: string[] = [];
    for (let count = 0; count < mostUploads; count += 1) ids.push((await start(video(100))).id);
    const more = await client.call(startUpload, { name: "a.mp4", size: 100 });
    expect([more.status, more.body.error?.code]).toEqual([409, "upload.too_many"]);
    await client.ok(cancelUpload, { id: ids[0] ?? "" });
    expect((await client.call(cancelUpload, { id: ids[0] ?? "" })).status).toBe(404);
    await start(video(100));
  });

  it("404: another account's, a colleague's in the same unit's name, and an unknown one", async () => {
    const bytes = video(100);
    const { id } = await start(bytes);
    const stranger = await adminOf(server.app, server.url, world.company);
    const answers = [
      await stranger.call(getUpload, { id }),
      await sendBy(stranger, { id, bytes, index: 0 }),
      await stranger.call(completeUpload, { id }),
      await stranger.call(cancelUpload, { id }),
      await client.call(getUpload, { id: "f".repeat(24) }),
    ];
    expect(answers.map(({ body }) => body.error?.code)).toEqual(Array(5).fill("upload.not_found"));
    expect(await partsLeft(id)).toBe(0);
  });

  it("403 for whoever declares no hours of plans; 401 for nobody", async () => {
    const person = await newPerson(server.app, world.hospital);
    const asPerson = await personClient(server.app, server.url, person);
    const request = { name: "a.mp4", size: 100 };
    expect((await asPerson.call(startUpload, request)).status).toBe(403);
    const nobody = server.client();
    const answers = [
      await nobody.call(startUpload, request),
      await nobody.call(getUpload, { id: "f".repeat(24) }),
      await nobody.call(completeUpload, { id: "f".repeat(24) }),
      await nobody.call(cancelUpload, { id: "f".repeat(24) }),
    ];
    expect(statusesOf(answers)).toEqual([401, 401, 401, 401]);
  });

  it("that nobody goes on with for three days is gone, with its parts; a later part leaves nothing behind", async () => {
    const bytes = video();
    const { id } = await start(bytes);
    await send(id, bytes, 0);
    expect(await removeExpiredUploads(server.app)).toBe(0);
    clock.set("2026-11-26T02:00:00Z");
    try {
      const late = await adminOf(server.app, server.url, world.hospital);
      expect((await sendBy(late, { id, bytes, index: 1 })).status).toBe(404);
      expect(await removeExpiredUploads(server.app)).toBe(1);
      expect([await partsLeft(id), await UploadModel.countDocuments({})]).toEqual([0, 0]);
    } finally {
      clock.set("2026-11-23T02:00:00Z");
    }
  });
});
