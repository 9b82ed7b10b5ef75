import { describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { JobModel } from "../../../src/models/job.ts";
import { NotificationModel } from "../../../src/models/notification.ts";
import * as accounts from "../../../src/shared/contracts/accounts.ts";
import { buildLogin, type Login, password } from "../../support/login.ts";
import { adminOf, newMember } from "../../support/world.ts";
import { auditTypes } from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";
import { receivedCode } from "../../support/texts.ts";

const next = "Xinmima#1";

const { server, world } = useProvince();

const signedIn = (login: Login) => server.client().logIn("professional", login.idNumber, password);

describe("POST /passwords/change", () => {
  it("200: sets the password and ends the other sessions", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const [client, other] = [await signedIn(login), await signedIn(login)];
    await client.ok(accounts.changePassword, { oldPassword: password, newPassword: next });
    expect((await client.call(accounts.getSession, {})).status).toBe(200);
    expect((await other.call(accounts.getSession, {})).status).toBe(401);
    await server.client().logIn("professional", login.idNumber, next);
    expect(await auditTypes(login.accountId)).toContain("password.changed");
  });

  it("400: a wrong old password changes nothing", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const client = await signedIn(login);
    const answer = await client.call(accounts.changePassword, {
      oldPassword: "Wrong@123",
      newPassword: next,
    });
    expect([answer.status, answer.body.error?.code]).toEqual([400, "password.wrong_old"]);
    await signedIn(login);
  });

  it("400: the old password again, a weak one, an overlong one", async () => {
    const client = await signedIn(await buildLogin(server.app, world.hospital));
    const codeOf = async (newPassword: string) =>
      (await client.call(accounts.changePassword, { oldPassword: password, newPassword })).body.error?.code;
    expect(await codeOf(password)).toBe("password.same");
    expect(await codeOf("12345678")).toBe("request.invalid");
    expect(await codeOf(`a1${"x".repeat(100)}`)).toBe("request.invalid");
  });

  it("401: without a session", async () => {
    const body = { oldPassword: password, newPassword: next };
    expect((await server.client().call(accounts.changePassword, body)).status).toBe(401);
  });
});

async function askCode(login: Pick<Login, "idNumber" | "phone">) {
  const client = server.client();
  const { idNumber, phone } = login;
  return client.ok(accounts.sendPhoneCode, { idNumber, phone, ...(await client.captcha()) });
}

describe("POST /passwords/phone-codes and /passwords/forgotten", () => {
  it("200: the code does not wait behind messages that the gateway is slow to take", async () => {
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map(() => buildLogin(server.app, world.hospital)),
    );
    const others = [first, second].map((login) => (login as Login).phone);
    const { phone } = server.app;
    const send = phone.send.bind(phone);
    let take = (): void => {};
    const taken = new Promise<void>((resolve) => {
      take = resolve;
    });
    const held: string[] = [];
    phone.send = async (to, text) => {
      if (others.includes(to)) await taken.finally(() => void held.push(to));
      return send(to, text);
    };
    try {
      const hospital = await adminOf(server.app, server.url, world.hospital);
      for (const login of [first, second])
        await hospital.ok(accounts.resetPersonPassword, { id: (login as Login).personId });
      const running = { kind: "notification.send", status: "running" as const };
      await expect.poll(() => JobModel.countDocuments(running)).toBe(2);
      await askCode(third as Login);
      expect(await receivedCode(server, (third as Login).phone)).toMatch(/^\d{6}$/);
      expect(held).toEqual([]);
    } finally {
      take();
      phone.send = send;
    }
  });

  it("200: the code that reached the phone sets a new password, once", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const client = await signedIn(login);
    const { phoneCodeId } = await askCode(login);
    const code = await receivedCode(server, login.phone);
    const { idNumber, phone } = login;
    const body = { idNumber, phone, phoneCodeId, code, newPassword: next };
    await server.client().ok(accounts.resetForgottenPassword, body);
    await server.client().logIn("professional", idNumber, next);
    expect((await client.call(accounts.getSession, {})).status).toBe(401);
    const again = await server.client().call(accounts.resetForgottenPassword, body);
    expect([again.status, again.body.error?.code]).toEqual([400, "password.wrong_code"]);
    expect(await auditTypes(login.accountId)).toEqual(
      expect.arrayContaining(["password.phone_code_sent", "password.reset_by_phone"]),
    );
  });

  it("200: the same answer for a phone that is not the account's, and nothing is sent", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const jobs = await JobModel.countDocuments({ kind: "phone.send" });
    const answer = await askCode({ ...login, phone: "13912345678" });
    expect(Object.keys(answer).toSorted()).toEqual(["expiresInSeconds", "phoneCodeId"]);
    expect(await JobModel.countDocuments({ kind: "phone.send" })).toBe(jobs);
    expect(await auditTypes(login.accountId)).toEqual([]);
  });

  it("400: guesses are counted: after three even the right code is refused", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const { phoneCodeId } = await askCode(login);
    const code = await receivedCode(server, login.phone);
    const { idNumber, phone } = login;
    const codeFor = async (given: string) =>
      (
        await server.client().call(accounts.resetForgottenPassword, {
          idNumber,
          phone,
          phoneCodeId,
          code: given,
          newPassword: next,
        })
      ).body.error?.code;
    const wrong = code === "000000" ? "000001" : "000000";
    for (let guess = 0; guess < 3; guess += 1) expect(await codeFor(wrong)).toBe("password.wrong_code");
    expect(await codeFor(code)).toBe("password.wrong_code");
    await signedIn(login);
  });

  it("400: a code for another ID number", async () => {
    const [login, other] = [
      await buildLogin(server.app, world.hospital),
      await buildLogin(server.app, world.hospital),
    ];
    const { phoneCodeId } = await askCode(login);
    const code = await receivedCode(server, login.phone);
    const answer = await server.client().call(accounts.resetForgottenPassword, {
      idNumber: other.idNumber,
      phone: other.phone,
      phoneCodeId,
      code,
      newPassword: next,
    });
    expect(answer.body.error?.code).toBe("password.wrong_code");
  });

  it("400: a wrong captcha sends nothing", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const client = server.client();
    const { idNumber, phone } = login;
    const body = { idNumber, phone, ...(await client.captcha("XXXX")) };
    expect((await client.call(accounts.sendPhoneCode, body)).body.error?.code).toBe("captcha.wrong");
  });
});

describe("POST /people/:id/password-reset", () => {
  it("200: the last six open the account once and must be changed", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const client = await signedIn(login);
    const admin = await adminOf(server.app, server.url, world.hospital);
    const { expiresAt } = await admin.ok(accounts.resetPersonPassword, { id: login.personId });
    const hours = (Date.parse(expiresAt) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(71.9);
    expect(hours).toBeLessThanOrEqual(72);
    expect((await client.call(accounts.getSession, {})).status).toBe(401);
    const again = await server.client().logIn("professional", login.idNumber, login.idNumber.slice(-6));
    expect((await again.ok(accounts.getSession, {})).mustChangePassword).toBe(true);
    expect(await auditTypes(login.accountId)).toContain("password.reset_by_administrator");
    expect(await NotificationModel.countDocuments({ accountId: login.accountId })).toBe(1);
  });

  it("401: without a session", async () => {
    const { personId } = await buildLogin(server.app, world.hospital);
    expect((await server.client().call(accounts.resetPersonPassword, { id: personId })).status).toBe(401);
  });

  it("403: without the module, and for the organizations above (SUB-04)", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const { adminAccountId: accountId } = world.company;
    const right = { accountId, role: "employer" as const, modules: ["people:query" as const] };
    for (const client of [
      (await newMember(server, world.hospital, right)).client,
      await adminOf(server.app, server.url, world.authority),
    ]) {
      const answer = await client.call(accounts.resetPersonPassword, { id: login.personId });
      expect([answer.status, answer.body.error?.code]).toEqual([403, "permission.denied"]);
    }
    const account = await AccountModel.findById(login.accountId).lean();
    expect(account?.passwordHash).not.toBeNull();
  });

  it("404: for another unit, a professional, and a person that does not exist", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const outsider = await adminOf(server.app, server.url, world.company);
    const professional = await signedIn(await buildLogin(server.app, world.hospital));
    for (const client of [outsider, professional]) {
      const answer = await client.call(accounts.resetPersonPassword, { id: login.personId });
      expect([answer.status, answer.body.error?.code]).toEqual([404, "person.not_found"]);
    }
    const answer = await outsider.call(accounts.resetPersonPassword, { id: "0".repeat(24) });
    expect(answer.status).toBe(404);
  });
});
