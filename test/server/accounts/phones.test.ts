import { describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import * as accounts from "../../../src/shared/contracts/accounts.ts";
import { codeOf } from "../../support/answers.ts";
import { auditTypes } from "../../support/applications.ts";
import { buildLogin, type Login, password } from "../../support/login.ts";
import { useProvince } from "../../support/province.ts";
import { receivedCode } from "../../support/texts.ts";

/** The phone that resets passwords (PWD-02) is changed by whoever has the password and the new phone. */

const { server, world } = useProvince();

const signedIn = ({ idNumber }: Login) => server.client().logIn("professional", idNumber, password);

async function proof(phone: string) {
  const { captchaId } = await server.client().ok(accounts.sendCaptchaCode, { phone });
  return { phone, captchaId, captchaText: await receivedCode(server, phone) };
}

async function askCode({ idNumber }: Login, phone: string) {
  const client = server.client();
  const { captchaId, captchaText } = await client.captcha();
  return client.ok(accounts.sendPhoneCode, { idNumber, phone, captchaId, captchaText });
}

describe("PUT /sessions/current/phone", () => {
  it("200: the new phone resets the password, the former one no longer, and is told", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const client = await signedIn(login);
    const phone = "13911110001";
    await client.ok(accounts.changePhone, { ...(await proof(phone)), password });
    await expect
      .poll(() => server.texts.filter((sent) => sent.phone === login.phone).map(({ text }) => text))
      .toEqual([expect.stringContaining("登记手机号已更换")]);
    const { phoneCodeId } = await askCode(login, phone);
    await expect
      .poll(async () => server.texts.filter((sent) => sent.phone === phone).length)
      .toBeGreaterThan(1);
    const reset = { idNumber: login.idNumber, phone, phoneCodeId, newPassword: "Xinmima#1" };
    const code = await receivedCode(server, phone);
    expect((await server.client().call(accounts.resetForgottenPassword, { ...reset, code })).status).toBe(
      200,
    );
    const before = server.texts.length;
    await askCode(login, login.phone);
    expect(server.texts.slice(before).filter((sent) => sent.phone === login.phone)).toEqual([]);
    expect(await auditTypes(login.accountId)).toContain("account.phone_changed");
    const kept = JSON.stringify(await AccountModel.findById(login.accountId).lean());
    expect(kept).not.toContain(phone);
  });

  it("400: without a code of this phone, or the own password; nothing changes", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const client = await signedIn(login);
    const [given, other] = [await proof("13911110002"), await proof("13911110003")];
    const change = (body: object) => codeOf(client.call(accounts.changePhone, { password, ...body }));
    expect(await change({ ...other, phone: given.phone })).toEqual([400, "captcha.wrong"]);
    expect(await change({ ...given, captchaText: "TEST" })).toEqual([400, "captcha.wrong"]);
    expect(await change({ ...given, password: "Falsch@123" })).toEqual([400, "password.confirmation_wrong"]);
    expect(await change({ ...given, phone: "12345" })).toEqual([400, "request.invalid"]);
    const phoneIndex = server.app.secrets.blindIndex(login.phone);
    expect((await AccountModel.findById(login.accountId).lean())?.phoneIndex).toBe(phoneIndex);
  });

  it("401: without a session", async () => {
    const body = { ...(await proof("13911110004")), password };
    expect((await server.client().call(accounts.changePhone, body)).status).toBe(401);
  });
});
