import { describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { RegistrationDraftModel } from "../../../src/models/registration-draft.ts";
import { StoredFileModel } from "../../../src/models/stored-file.ts";
import { removeUnusedFiles } from "../../../src/server/commands/platform/remove-unused-files.ts";
import { removeExpiredRegistrationDrafts } from "../../../src/server/commands/registration-drafts/remove-expired-registration-drafts.ts";
import { sendCaptchaCode } from "../../../src/shared/contracts/accounts.ts";
import * as drafts from "../../../src/shared/contracts/registration-drafts.ts";
import { registerOrganization, registerPerson } from "../../../src/shared/contracts/registrations.ts";
import { codeOf, statusesOf } from "../../support/answers.ts";
import { captchaText } from "../../support/server.ts";
import { useProvince } from "../../support/province.ts";
import { organizationForm, personForm, uploadScan } from "../../support/registrations.ts";
import { receivedCode } from "../../support/texts.ts";

/** Drafts of registrations (REG-30): of people without an account, known by their phone. */

// Not the past: the database drops codes that have expired by its own clock.
const start = new Date(Math.ceil(Date.now() / 60_000) * 60_000);
let now = start;
const { server, world } = useProvince({ clock: { now: () => now } });
const dayOf = (days: number) => new Date(start.getTime() + days * 86_400_000);
const later = (days: number) => {
  now = dayOf(days);
};

let phones = 0;
const freshPhone = () => `139${String((phones += 1)).padStart(8, "0")}`;

/** A code of this phone, as its owner types it. */
async function code(phone: string) {
  const before = server.texts.length;
  const { captchaId } = await server.client().ok(sendCaptchaCode, { phone });
  await expect.poll(() => server.texts.length).toBeGreaterThan(before);
  return { captchaId, captchaText: await receivedCode(server, phone) };
}

const wizard = (name = "写了一半的医院") => ({
  kind: "employer" as const,
  title: name,
  content: JSON.stringify({ unit: { name, creditCode: "12" }, step: 0 }),
});

async function saved(phone: string, given: { fileIds?: string[]; name?: string } = {}) {
  const { fileIds = [], name } = given;
  const body = { ...wizard(name), phone, fileIds, ...(await code(phone)) };
  return server.client().ok(drafts.createRegistrationDraft, body);
}

async function resumed(phone: string) {
  const answer = await server.client().ok(drafts.resumeRegistrationDrafts, { phone, ...(await code(phone)) });
  return answer.drafts;
}

const audited = (subjectId: string) =>
  AuditEventModel.find({ subjectId, type: /^registration_draft/ })
    .sort({ _id: 1 })
    .lean()
    .then((events) => events.map(({ type }) => type).sort());
describe("a draft of a registration", () => {
  it("200: is kept for 30 days and goes on at another device with a code to the phone", async () => {
    later(0);
    const phone = freshPhone();
    const draft = await saved(phone);
    expect(draft).toMatchObject({ savedAt: start.toISOString(), expiresAt: dayOf(30).toISOString() });
    later(29);
    const [found, ...others] = await resumed(phone);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ id: draft.id, ...wizard() });
    const next = { ...wizard("写完的医院"), id: draft.id, token: found?.token ?? "" };
    const { kind: _kind, ...body } = next;
    const again = await server.client().ok(drafts.saveRegistrationDraft, body);
    expect(again.expiresAt).toBe(dayOf(59).toISOString());
    later(31);
    expect((await resumed(phone)).map(({ title }) => title)).toEqual(["写完的医院"]);
    expect(await audited(draft.id)).toEqual([
      "registration_draft.created",
      "registration_draft.resumed",
      "registration_draft.resumed",
      "registration_draft.saved",
    ]);
  });

  it("keeps neither phone, title, content nor token in the clear", async () => {
    later(0);
    const phone = freshPhone();
    const { id, token } = await saved(phone);
    const kept = JSON.stringify(await RegistrationDraftModel.findById(id).lean());
    for (const secret of [phone, "写了一半", "creditCode", token]) expect(kept).not.toContain(secret);
  });

  it("404: the device that was left no longer overwrites it; a wrong token, an unknown draft", async () => {
    later(0);
    const phone = freshPhone();
    const { id, token } = await saved(phone);
    await resumed(phone);
    const { kind: _kind, ...body } = wizard();
    const save = (key: { id: string; token: string }) =>
      server.client().call(drafts.saveRegistrationDraft, { ...body, ...key });
    const gone = [404, "registration_draft.not_found"];
    expect(await codeOf(save({ id, token }))).toEqual(gone);
    expect(await codeOf(save({ id, token: "A".repeat(32) }))).toEqual(gone);
    const [mine] = await resumed(phone);
    expect(await codeOf(save({ id: "f".repeat(24), token: mine?.token ?? "" }))).toEqual(gone);
    const remove = { id, token };
    expect(await codeOf(server.client().call(drafts.deleteRegistrationDraft, remove))).toEqual(gone);
  });

  it("200: is deleted by whoever has its token", async () => {
    later(0);
    const phone = freshPhone();
    const { id, token } = await saved(phone);
    await server.client().ok(drafts.deleteRegistrationDraft, { id, token });
    expect(await resumed(phone)).toEqual([]);
    expect(await audited(id)).toEqual(["registration_draft.created", "registration_draft.deleted"]);
  });

  it("400: without the code of this very phone, also by the answer that captchas of a test server take", async () => {
    later(0);
    const [phone, other] = [freshPhone(), freshPhone()];
    await saved(phone);
    const client = server.client();
    const resume = (captcha: { captchaId: string; captchaText: string }) =>
      client.call(drafts.resumeRegistrationDrafts, { phone, ...captcha });
    const wrong = [400, "captcha.wrong"];
    expect(await codeOf(resume(await code(other)))).toEqual(wrong);
    expect(await codeOf(resume(await client.captcha(captchaText)))).toEqual(wrong);
    const right = await code(phone);
    expect(await codeOf(resume({ ...right, captchaText: "000000" }))).toEqual(wrong);
    const create = { ...wizard(), phone, ...(await code(other)) };
    expect(await codeOf(client.call(drafts.createRegistrationDraft, create))).toEqual(wrong);
    // One code, one use.
    expect((await resume(right)).status).toBe(200);
    expect(await codeOf(resume(right))).toEqual(wrong);
  });

  it("400: a password has no place in it, nor has what is no JSON object", async () => {
    later(0);
    const phone = freshPhone();
    const send = async (content: string) =>
      (
        await server
          .client()
          .call(drafts.createRegistrationDraft, { ...wizard(), content, phone, ...(await code(phone)) })
      ).status;
    expect([
      await send(JSON.stringify({ applicant: { newPassword: "Ceshi@2026" } })),
      await send(JSON.stringify({ captchaText: "AB12" })),
      await send("[]"),
      await send("{"),
    ]).toEqual([400, 400, 400, 400]);
    expect(await resumed(phone)).toEqual([]);
  });

  it("409: the sixth of one phone; another phone's do not count", async () => {
    later(0);
    const phone = freshPhone();
    for (let count = 0; count < drafts.mostRegistrationDrafts; count += 1) await saved(phone);
    const body = { ...wizard(), phone, ...(await code(phone)) };
    const answer = server.client().call(drafts.createRegistrationDraft, body);
    expect(await codeOf(answer)).toEqual([409, "registration_draft.too_many"]);
    await saved(freshPhone());
  });

  it("409: of two windows that save the last free one at once, one keeps it", async () => {
    later(0);
    const phone = freshPhone();
    for (let count = 1; count < drafts.mostRegistrationDrafts; count += 1) await saved(phone);
    const bodies = [
      { ...wizard("甲"), phone, ...(await code(phone)) },
      { ...wizard("乙"), phone, ...(await code(phone)) },
    ];
    const answers = await Promise.all(
      bodies.map((body) => server.client().call(drafts.createRegistrationDraft, body)),
    );
    expect(statusesOf(answers)).toEqual([200, 409]);
    expect(await resumed(phone)).toHaveLength(drafts.mostRegistrationDrafts);
  });
});

describe("files and the end of a draft", () => {
  it("keeps its scan beyond the day, and gives it to the registration that is made of it", async () => {
    later(0);
    const phone = freshPhone();
    const client = server.client();
    const scan = await uploadScan(client);
    await saved(phone, { fileIds: [scan.fileId] });
    later(3);
    while ((await removeUnusedFiles(server.app)) > 0);
    const [draft] = await resumed(phone);
    const key = { id: draft?.id ?? "", token: draft?.token ?? "" };
    const form = await organizationForm(client, world, { scan, draft: key });
    // A refused registration leaves the draft as it was.
    const refused = client.call(registerOrganization, { ...form, superiorId: world.base._id });
    expect(await codeOf(refused)).toEqual([400, "registration.superior_invalid"]);
    expect(await RegistrationDraftModel.countDocuments({ _id: key.id })).toBe(1);
    const { registrationId } = await client.ok(registerOrganization, form);
    expect(await StoredFileModel.findById(scan.fileId).lean()).toMatchObject({ usedBy: registrationId });
    expect(await resumed(phone)).toEqual([]);
    expect(await audited(key.id)).toContain("registration_draft.submitted");
  });

  it("200: a device that was left may still register; the draft that went on elsewhere stays, without the scan", async () => {
    later(0);
    const phone = freshPhone();
    const client = server.client();
    const scan = await uploadScan(client);
    const { id, token } = await saved(phone, { fileIds: [scan.fileId] });
    const [elsewhere] = await resumed(phone);
    const form = await organizationForm(client, world, { scan, draft: { id, token } });
    const { registrationId } = await client.ok(registerOrganization, form);
    expect(await StoredFileModel.findById(scan.fileId).lean()).toMatchObject({ usedBy: registrationId });
    await client.ok(drafts.deleteRegistrationDraft, { id, token: elsewhere?.token ?? "" });
    expect(await StoredFileModel.findById(scan.fileId).lean()).toMatchObject({ usedBy: registrationId });
  });

  it("200: a person's registration ends its draft; one that is gone keeps nobody from registering", async () => {
    later(0);
    const phone = freshPhone();
    const client = server.client();
    const { id, token } = await saved(phone);
    await client.ok(registerPerson, await personForm(client, world, { draft: { id, token } }));
    expect(await resumed(phone)).toEqual([]);
    await client.ok(registerPerson, await personForm(client, world, { draft: { id, token } }));
  });

  it("404: a scan that another draft or a registration uses", async () => {
    later(0);
    const phone = freshPhone();
    const { fileId } = await uploadScan(server.client());
    await saved(phone, { fileIds: [fileId] });
    const other = freshPhone();
    const body = { ...wizard(), phone: other, fileIds: [fileId], ...(await code(other)) };
    const answer = server.client().call(drafts.createRegistrationDraft, body);
    expect(await codeOf(answer)).toEqual([404, "file.not_found"]);
    expect(await RegistrationDraftModel.countDocuments({ fileIds: fileId })).toBe(1);
  });

  it("is removed when it was not saved for 30 days, and its scan with it", async () => {
    later(0);
    const phone = freshPhone();
    const { fileId } = await uploadScan(server.client());
    const { id } = await saved(phone, { fileIds: [fileId] });
    later(30.1);
    expect(await resumed(phone)).toEqual([]);
    while ((await removeExpiredRegistrationDrafts(server.app)) > 0);
    expect(await RegistrationDraftModel.countDocuments({ _id: id })).toBe(0);
    expect(await audited(id)).toContain("registration_draft.expired");
    while ((await removeUnusedFiles(server.app)) > 0);
    expect(await StoredFileModel.countDocuments({ _id: fileId })).toBe(0);
  });
});
