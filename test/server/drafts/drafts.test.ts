import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import { DraftModel } from "../../../src/models/draft.ts";
import type { Person } from "../../../src/models/person.ts";
import { StoredFileModel } from "../../../src/models/stored-file.ts";
import { removeExpiredDrafts } from "../../../src/server/commands/drafts/remove-expired-drafts.ts";
import { removeUnusedFiles } from "../../../src/server/commands/platform/remove-unused-files.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import {
  createDraft,
  deleteDraft,
  getDraft,
  listDrafts,
  mostDrafts,
  saveDraft,
} from "../../../src/shared/contracts/drafts.ts";
import { submitTrainingPlan } from "../../../src/shared/contracts/training-plans.ts";
import { statusesOf } from "../../support/answers.ts";
import { adminClients } from "../../support/applications.ts";
import { declarationRequest } from "../../support/declaring.ts";
import { useProvince } from "../../support/province.ts";
import { planRequest } from "../../support/training-plans.ts";
import { adminOf, buildFile, newMember, newPerson, personClient } from "../../support/world.ts";

const start = new Date("2026-11-23T02:00:00Z");
let now = start;
const { server, world } = useProvince({ clock: { now: () => now } });
let doctor: Person;
let asDoctor: ApiClient;
let asHospital: ApiClient;
let asCompany: ApiClient;

beforeAll(async () => {
  ({ asHospital, asCompany } = await adminClients(server, world));
});

beforeEach(async () => {
  now = start;
  doctor = await newPerson(server.app, world.hospital);
  asDoctor = await personClient(server.app, server.url, doctor);
});

const declaration = (title = "没写完") => ({
  kind: "declaration" as const,
  title,
  content: JSON.stringify({ form: "04", title }),
});
const later = (days: number) => {
  now = new Date(start.getTime() + days * 24 * 3_600_000);
};
const audited = (type: string, subjectId: string) => AuditEventModel.countDocuments({ type, subjectId });
const codeOf = (answer: { status: number; body: { error?: { code: string } } }) => [
  answer.status,
  answer.body.error?.code,
];

describe("a draft of one's own", () => {
  it("is kept, listed without its content, read, overwritten and deleted (DEC-14)", async () => {
    const first = await asDoctor.ok(createDraft, declaration("甲"));
    expect(first).toMatchObject({ title: "甲", version: 0, expiresAt: "2026-12-23T02:00:00.000Z" });
    now = new Date(start.getTime() + 60_000);
    const second = await asDoctor.ok(createDraft, declaration("乙"));
    const list = await asDoctor.ok(listDrafts, { kind: "declaration" });
    expect(list.rows.map(({ title }) => title)).toEqual(["乙", "甲"]);
    expect(list.rows[0]).not.toHaveProperty("content");
    expect((await asDoctor.ok(listDrafts, { kind: "declaration", page: 2, pageSize: 1 })).rows).toMatchObject(
      [{ title: "甲" }],
    );
    const content = JSON.stringify({ form: "07" });
    const saved = await asDoctor.ok(saveDraft, { id: first.id, title: "甲二", content, version: 0 });
    expect(saved.version).toBe(1);
    expect(await asDoctor.ok(getDraft, { id: first.id })).toMatchObject({ title: "甲二", content });
    await asDoctor.ok(deleteDraft, { id: second.id });
    expect(codeOf(await asDoctor.call(getDraft, { id: second.id }))).toEqual([404, "draft.not_found"]);
    for (const [type, id] of [
      ["draft.created", first.id],
      ["draft.saved", first.id],
      ["draft.deleted", second.id],
    ] as const)
      expect(await audited(type, id)).toBe(1);
  });

  it("is made once for one Idempotency-Key", async () => {
    const key = { "idempotency-key": crypto.randomUUID() };
    const [one, again] = [
      await asDoctor.ok(createDraft, declaration(), key),
      await asDoctor.ok(createDraft, declaration(), key),
    ];
    expect(again.id).toBe(one.id);
    expect((await asDoctor.ok(listDrafts, { kind: "declaration" })).total).toBe(1);
    expect(codeOf(await asDoctor.call(createDraft, declaration("别的"), key))).toEqual([
      409,
      "request.idempotency_mismatch",
    ]);
  });

  it("is overwritten by one of two windows only", async () => {
    const { id } = await asDoctor.ok(createDraft, declaration());
    const save = (title: string) => asDoctor.call(saveDraft, { ...partOf(title), id, version: 0 });
    expect(statusesOf(await Promise.all([save("一"), save("二")]))).toEqual([200, 409]);
    expect(codeOf(await save("三"))).toEqual([409, "draft.changed"]);
  });

  it("is one of 20 at most, also when two are made at once", async () => {
    for (let made = 0; made < mostDrafts - 1; made += 1) await asDoctor.ok(createDraft, declaration());
    const answers = await Promise.all([
      asDoctor.call(createDraft, declaration()),
      asDoctor.call(createDraft, declaration()),
    ]);
    expect(statusesOf(answers)).toEqual([200, 409]);
    expect(codeOf(await asDoctor.call(createDraft, declaration()))).toEqual([409, "draft.too_many"]);
    const { rows } = await asDoctor.ok(listDrafts, { kind: "declaration", pageSize: 100 });
    expect(rows).toHaveLength(mostDrafts);
    await asDoctor.ok(deleteDraft, { id: rows[7]?.id ?? "" });
    expect((await asDoctor.call(createDraft, declaration())).status).toBe(200);
  });

  it("is nobody else's: not a colleague's, not the same account's in another role", async () => {
    const { id } = await asDoctor.ok(createDraft, declaration());
    const rights = { accountId: doctor.accountId, role: "employer" as const };
    const other = await newMember(server, world.hospital, { ...rights, modules: ["declarations:submit"] });
    for (const stranger of [asHospital, asCompany, other.client]) {
      const requests = [
        stranger.call(getDraft, { id }),
        stranger.call(saveDraft, { ...partOf("夺取"), id, version: 0 }),
        stranger.call(deleteDraft, { id }),
      ];
      for (const answer of await Promise.all(requests))
        expect(codeOf(answer)).toEqual([404, "draft.not_found"]);
      expect((await stranger.ok(listDrafts, { kind: "declaration" })).rows).toEqual([]);
    }
    expect(await asDoctor.ok(getDraft, { id })).toMatchObject({ title: "没写完" });
  });

  it("answers 400, 401 and 403", async () => {
    const bad = [
      { ...declaration(), content: "[]" },
      { ...declaration(), content: "{" },
      { ...declaration(), content: JSON.stringify({ a: "学".repeat(60_000) }) },
      { ...declaration(), title: "长".repeat(201) },
      { ...declaration(), kind: "base-class" as never },
    ];
    for (const body of bad) expect((await asDoctor.call(createDraft, body)).status).toBe(400);
    expect((await server.client().call(createDraft, declaration())).status).toBe(401);
    expect((await server.client().call(listDrafts, { kind: "declaration" })).status).toBe(401);
    const plan = { kind: "training-plan" as const, title: "计划", content: "{}" };
    expect(codeOf(await asDoctor.call(createDraft, plan))).toEqual([403, "permission.denied"]);
    const asBase = await adminOf(server.app, server.url, world.base);
    expect(codeOf(await asBase.call(createDraft, declaration()))).toEqual([403, "permission.denied"]);
    expect(codeOf(await asBase.call(createDraft, plan))).toEqual([403, "permission.denied"]);
    expect((await asHospital.call(createDraft, plan)).status).toBe(200);
  });
});

function partOf(title: string) {
  const { kind: _kind, ...part } = declaration(title);
  return part;
}

describe("files of a draft", () => {
  it("stay while it exists, and are removed with the unused ones afterwards (REG-29)", async () => {
    const { fileId } = await buildFile(server.app, doctor.accountId);
    const { id } = await asDoctor.ok(createDraft, { ...declaration(), fileIds: [fileId] });
    const tidy = async () => {
      while ((await removeUnusedFiles(server.app)) > 0);
    };
    later(3);
    await tidy();
    expect(await StoredFileModel.exists({ _id: fileId })).not.toBeNull();
    asDoctor = await personClient(server.app, server.url, doctor);
    await asDoctor.ok(saveDraft, { ...partOf("无文件"), id, version: 0 });
    await tidy();
    expect(await StoredFileModel.exists({ _id: fileId })).toBeNull();
  });

  it("are one's own: others' answer 404", async () => {
    const { fileId } = await buildFile(server.app, world.hospital.adminAccountId);
    const refused = await asDoctor.call(createDraft, { ...declaration(), fileIds: [fileId] });
    expect(codeOf(refused)).toEqual([404, "file.not_found"]);
    expect((await asDoctor.ok(listDrafts, { kind: "declaration" })).total).toBe(0);
  });
});

describe("submitting a draft", () => {
  it("takes the declaration and the draft is gone; once, and only by its owner", async () => {
    const request = await declarationRequest(server.app, doctor.accountId);
    const fileIds = (request.evidence ?? []).map(({ fileId }) => fileId);
    const { id: draftId } = await asDoctor.ok(createDraft, { ...declaration(), fileIds });
    const invalid = await asDoctor.call(submitDeclarations, { ...request, facts: {}, draftId });
    expect(invalid.status).toBe(400);
    expect(await DraftModel.exists({ _id: draftId })).not.toBeNull();
    const { declarations } = await asDoctor.ok(submitDeclarations, { ...request, draftId });
    expect(declarations).toHaveLength(1);
    expect(await DraftModel.exists({ _id: draftId })).toBeNull();
    expect(await audited("draft.submitted", draftId)).toBe(1);
    const files = await StoredFileModel.find({ _id: { $in: fileIds } }).lean();
    const stored = await DeclarationModel.findById(declarations[0]?.id).lean();
    expect(files.every(({ usedBy }) => usedBy === stored?.batchNumber)).toBe(true);
    const other = await declarationRequest(server.app, doctor.accountId);
    const again = await asDoctor.call(submitDeclarations, { ...other, draftId });
    expect(codeOf(again)).toEqual([404, "draft.not_found"]);
    expect(await DeclarationModel.countDocuments({ personId: doctor._id })).toBe(1);
  });

  it("of two submissions of one draft at once one succeeds", async () => {
    const { id: draftId } = await asDoctor.ok(createDraft, declaration());
    const requests = [
      await declarationRequest(server.app, doctor.accountId),
      await declarationRequest(server.app, doctor.accountId),
    ];
    const answers = await Promise.all(
      requests.map((request) => asDoctor.call(submitDeclarations, { ...request, draftId })),
    );
    expect(statusesOf(answers)[0]).toBe(200);
    expect(statusesOf(answers)[1]).toBeGreaterThanOrEqual(404);
    expect(await DeclarationModel.countDocuments({ personId: doctor._id })).toBe(1);
  });

  it("works for a training plan, not with another kind's draft (PLN-08)", async () => {
    const wrong = await asHospital.ok(createDraft, declaration());
    const plan = { kind: "training-plan" as const, title: "计划", content: "{}" };
    const { id } = await asHospital.ok(createDraft, plan);
    const refused = await asHospital.call(submitTrainingPlan, planRequest({ draftId: wrong.id }));
    expect(codeOf(refused)).toEqual([404, "draft.not_found"]);
    const submitted = await asHospital.ok(submitTrainingPlan, planRequest({ draftId: id }));
    expect(submitted.status).toBe("pending");
    expect(await DraftModel.exists({ _id: id })).toBeNull();
    expect(await DraftModel.exists({ _id: wrong.id })).not.toBeNull();
  });
});

it("a draft that nobody has saved for 30 days is gone, and a job removes it with its files", async () => {
  const { fileId } = await buildFile(server.app, doctor.accountId);
  const { id } = await asDoctor.ok(createDraft, { ...declaration(), fileIds: [fileId] });
  later(29);
  await removeExpiredDrafts(server.app);
  expect(await DraftModel.exists({ _id: id })).not.toBeNull();
  later(30);
  asDoctor = await personClient(server.app, server.url, doctor);
  expect((await asDoctor.ok(listDrafts, { kind: "declaration" })).rows).toEqual([]);
  expect((await asDoctor.call(getDraft, { id })).status).toBe(404);
  while ((await removeExpiredDrafts(server.app)) > 0);
  expect(await DraftModel.exists({ _id: id })).toBeNull();
  expect(await audited("draft.expired", id)).toBe(1);
  expect(await StoredFileModel.findById(fileId).lean()).toMatchObject({ usedBy: null });
});
