import { describe, expect, it } from "vitest";
import { ChallengeModel } from "../../../src/models/challenge.ts";
import { keepChallenge, spendChallenge } from "../../../src/server/commands/accounts/challenges.ts";
import { checkCaptcha } from "../../../src/server/commands/accounts/check-captcha.ts";
import { makeContext, systemCaller } from "../../../src/server/run-command.ts";
import * as accounts from "../../../src/shared/contracts/accounts.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { registerPerson, withdrawRegistration } from "../../../src/shared/contracts/registrations.ts";
import { auditOf, buildLogin, password } from "../../support/login.ts";
import { personForm } from "../../support/registrations.ts";
import { freshIdNumber } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";
import { receivedCode } from "../../support/texts.ts";

// The next whole minute: windows of limits begin there. Not the past: the database drops expired rows by its own clock.
const clock = fixedClock(new Date(Math.ceil(Date.now() / 60_000) * 60_000));

// The real thing: no captcha that answers itself, and limits on.
const { server, world } = useProvince({ clock, env: { TEST_CAPTCHA: "", TEST_NO_RATE_LIMITS: "false" } });

async function challenge(answer: string, seconds = 300) {
  const ctx = makeContext(server.app, systemCaller("test"));
  const id = ctx.newId();
  await keepChallenge(ctx, { id, kind: "captcha", subject: "", answer }, seconds);
  return {
    ctx,
    id,
    spend: (text: string) => spendChallenge(ctx, { id, kind: "captcha", subject: "", answer: text }),
  };
}

describe("captchas", () => {
  it("are answered once, in either case of letters", async () => {
    const { spend } = await challenge("aB3d");
    expect([await spend("AB3D"), await spend("aB3d")]).toEqual([true, false]);
  });

  it("take three attempts, whatever the fourth says", async () => {
    const { spend } = await challenge("aB3d");
    expect([await spend("1111"), await spend("2222"), await spend("3333"), await spend("aB3d")]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it("let one of two racing requests through", async () => {
    const { spend } = await challenge("aB3d");
    const answers = await Promise.all([spend("aB3d"), spend("aB3d"), spend("aB3d")]);
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it("run out after five minutes", async () => {
    const { spend } = await challenge("aB3d");
    const before = clock.now();
    clock.set(new Date(before.getTime() + 300_001));
    expect(await spend("aB3d")).toBe(false);
    clock.set(before);
  });

  it("keep no answer in the database", async () => {
    const { id, ctx } = await challenge("aB3d");
    expect(JSON.stringify(await ChallengeModel.findById(id).lean())).not.toMatch(/ab3d/i);
    await expect(checkCaptcha(ctx, { captchaId: id, captchaText: "TEST" })).rejects.toMatchObject({
      code: "captcha.wrong",
    });
  });
});

describe("limits on repeated requests", () => {
  it("429: a login of one address beyond 60 a minute says how long to wait", async () => {
    const client = server.client();
    const { captchaId } = await client.ok(accounts.getCaptcha, {});
    const send = () =>
      client.call(accounts.logIn, {
        role: "professional",
        idNumber: freshIdNumber(),
        password: "x",
        captchaId,
        captchaText: "none",
      });
    const answers = await Promise.all(Array.from({ length: 65 }, send));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(60);
    expect(refused).toHaveLength(5);
    expect(refused[0]?.body.error).toMatchObject({ code: "request.too_many", details: { seconds: 60 } });
    expect(refused[0]?.headers.get("retry-after")).toBe("60");
  });

  it("opens again in the next window", async () => {
    clock.set(new Date(clock.now().getTime() + 60_000));
    const client = server.client();
    const { captchaId } = await client.ok(accounts.getCaptcha, {});
    const body = {
      role: "professional",
      idNumber: freshIdNumber(),
      password: "x",
      captchaId,
      captchaText: "none",
    };
    expect((await client.call(accounts.logIn, body)).status).toBe(400);
  });
});

/** A captcha whose answer the test knows. */
async function solved(): Promise<{ captchaId: string; captchaText: string }> {
  const { id } = await challenge("aB3d");
  return { captchaId: id, captchaText: "ab3D" };
}

describe("POST /captchas/phone-codes: the captcha for those who cannot read a picture (LOG-14)", () => {
  async function sent(phone: string) {
    const { captchaId } = await server.client().ok(accounts.sendCaptchaCode, { phone });
    return { captchaId, captchaText: await receivedCode(server, phone) };
  }

  it("200: its digits sign in like those of a picture, once", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const body = { role: "professional", idNumber: login.idNumber, password, ...(await sent("13900000001")) };
    expect((await server.client().call(accounts.logIn, body)).status).toBe(200);
    const again = await server.client().call(accounts.logIn, body);
    expect([again.status, again.body.error?.code]).toEqual([400, "captcha.wrong"]);
  });

  it("200: they open a registration and the way back to a forgotten password", async () => {
    const client = server.client();
    const form = await personForm(client, world, await sent("13900000002"));
    expect((await client.call(registerPerson, form)).status).toBe(200);
    const { idNumber, phone } = await buildLogin(server.app, world.hospital);
    const asked = { idNumber, phone, ...(await sent("13900000003")) };
    expect((await client.call(accounts.sendPhoneCode, asked)).status).toBe(200);
  });

  it("take three attempts; neither phone nor digits are in the database", async () => {
    const phone = "13900000004";
    const { captchaId, captchaText } = await sent(phone);
    const kept = JSON.stringify(await ChallengeModel.findById(captchaId).lean());
    expect(kept).not.toContain(captchaText);
    expect(kept).not.toContain(phone);
    const wrong = captchaText === "000000" ? "111111" : "000000";
    const idNumber = freshIdNumber();
    const statusOf = async (text: string) => {
      const body = { role: "professional", idNumber, password, captchaId, captchaText: text };
      return (await server.client().call(accounts.logIn, body)).body.error?.code;
    };
    const codes = [await statusOf(wrong), await statusOf(wrong), await statusOf(wrong)];
    expect([...codes, await statusOf(captchaText)]).toEqual(Array.from({ length: 4 }, () => "captcha.wrong"));
  });

  it("write an audit event that names nobody", async () => {
    const { captchaId } = await sent("13900000005");
    expect(await auditOf(captchaId)).toMatchObject([
      { type: "captcha.sent", actorId: null, organizationId: null, data: {} },
    ]);
  });

  it("400: what is no mobile phone", async () => {
    const answer = await server.client().call(accounts.sendCaptchaCode, { phone: "0371-6000" });
    expect([answer.status, answer.body.error?.code]).toEqual([400, "request.invalid"]);
  });

  it("429: the sixth text to one phone in an hour", async () => {
    const statuses = [];
    for (let count = 0; count < 6; count += 1)
      statuses.push((await server.client().call(accounts.sendCaptchaCode, { phone: "13900000006" })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe("what a captcha guards", () => {
  it("signs in with a solved captcha, once", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const body = { role: "professional", idNumber: login.idNumber, password, ...(await solved()) };
    expect((await server.client().call(accounts.logIn, body)).status).toBe(200);
    const again = await server.client().call(accounts.logIn, body);
    expect([again.status, again.body.error?.code]).toEqual([400, "captcha.wrong"]);
  });

  it("a refused login has used its captcha: one captcha tells of one ID number", async () => {
    const captcha = await solved();
    const body = { role: "professional", idNumber: freshIdNumber(), password, ...captcha };
    expect((await server.client().call(accounts.logIn, body)).body.error?.code).toBe("login.no_account");
    expect((await server.client().call(accounts.logIn, body)).body.error?.code).toBe("captcha.wrong");
  });

  it("429: the sixth code to a phone in an hour", async () => {
    const { idNumber, phone } = await buildLogin(server.app, world.hospital);
    const send = async () =>
      (await server.client().call(accounts.sendPhoneCode, { idNumber, phone, ...(await solved()) })).status;
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push(await send());
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it("429: the sixth guess at a registration's password in a quarter of an hour", async () => {
    const client = server.client();
    const form = await personForm(client, world, await solved());
    const { registrationId: id } = await client.ok(registerPerson, form);
    const { name, idNumber } = form;
    const guess = async (given: string) => {
      const body = { id, name, idNumber, password: given, ...(await solved()) };
      return (await client.call(withdrawRegistration, body)).status;
    };
    const statuses = [];
    for (let count = 0; count < 5; count += 1) statuses.push(await guess("Falsch@123"));
    expect([...statuses, await guess(password)]).toEqual([401, 401, 401, 401, 401, 429]);
  });
});
