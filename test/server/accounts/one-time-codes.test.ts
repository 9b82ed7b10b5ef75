import { describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import * as accounts from "../../../src/shared/contracts/accounts.ts";
import { resetAdministratorPassword } from "../../../src/shared/contracts/administrators.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { codeOf } from "../../support/answers.ts";
import { buildLogin, type Login } from "../../support/login.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newMember } from "../../support/world.ts";

/** Resets in a deployment that gives one-time codes in place of the last six of the ID number (PWD-08, AMB-6). */

const clock = fixedClock(new Date());
const { server, world } = useProvince({ clock, env: { PASSWORD_RESET: "one-time-code" } });

async function reset({ personId }: Login) {
  const hospital = await adminOf(server.app, server.url, world.hospital);
  return await hospital.ok(accounts.resetPersonPassword, { id: personId });
}

/** The last code that a phone has got, another one than `former`. */
async function sentCode(phone: string, former = ""): Promise<string> {
  const code = () =>
    server.texts
      .filter((sent) => sent.phone === phone)
      .flatMap(({ text }) => /一次性密码(\w{8})/.exec(text)?.[1] ?? [])
      .findLast((found) => found !== former);
  await expect.poll(code).toBeDefined();
  return code() ?? "";
}

async function attempt({ idNumber }: Login, password: string) {
  const client = server.client();
  const body = { role: "professional" as const, idNumber, password, ...(await client.captcha()) };
  return { client, answer: client.call(accounts.logIn, body) };
}

describe("重置密码 by one-time code", () => {
  it("goes to the owner's phone, not to the administrator; opens once, and must be changed", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const answer = await reset(login);
    expect(answer).toMatchObject({ ok: true, by: "phone", code: null });
    const code = await sentCode(login.phone);
    const byId = await attempt(login, login.idNumber.slice(-6));
    expect(await codeOf(byId.answer)).toEqual([401, "login.wrong_password"]);
    const opened = await attempt(login, code.toLowerCase());
    expect((await opened.answer).body.mustChangePassword).toBe(true);
    const change = (oldPassword: string) =>
      opened.client.call(accounts.changePassword, { oldPassword, newPassword: "Xinmima#1" });
    expect(await codeOf(change(login.idNumber.slice(-6)))).toEqual([400, "password.wrong_old"]);
    expect(await codeOf((await attempt(login, code)).answer)).toEqual([
      401,
      "login.initial_password_expired",
    ]);
    expect((await change(code)).status).toBe(200);
    expect((await (await attempt(login, "Xinmima#1")).answer).status).toBe(200);
  });

  it("is shown to the administrator once when the owner has no phone; the database has it not", async () => {
    const login = await buildLogin(server.app, world.hospital);
    await AccountModel.updateOne({ _id: login.accountId }, { $set: { phoneCipher: null, phoneIndex: null } });
    const { by, code } = await reset(login);
    expect([by, code]).toEqual(["administrator", expect.stringMatching(/^[2-9A-Z]{8}$/)]);
    expect(JSON.stringify(await AccountModel.findById(login.accountId).lean())).not.toContain(code);
    expect((await (await attempt(login, code ?? "")).answer).status).toBe(200);
  });

  it("another reset ends the code before it; it runs out after 72 hours", async () => {
    const login = await buildLogin(server.app, world.hospital);
    await reset(login);
    const first = await sentCode(login.phone);
    await reset(login);
    const second = await sentCode(login.phone, first);
    expect(await codeOf((await attempt(login, first)).answer)).toEqual([401, "login.wrong_password"]);
    const start = clock.now();
    clock.set(new Date(start.getTime() + 73 * 3_600_000));
    const late = await attempt(login, second);
    expect(await codeOf(late.answer)).toEqual([401, "login.initial_password_expired"]);
    clock.set(start);
  });

  it("works for administrators alike (PWD-05)", async () => {
    const { roleKey } = await newMember(server, world.hospital, { role: "employer", modules: [] });
    const hospital = await adminOf(server.app, server.url, world.hospital);
    const answer = await hospital.ok(resetAdministratorPassword, { id: roleKey });
    expect(["phone", "administrator"]).toContain(answer.by);
  });
});
