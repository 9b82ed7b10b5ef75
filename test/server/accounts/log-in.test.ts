import { describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { SessionModel } from "../../../src/models/session.ts";
import * as accounts from "../../../src/shared/contracts/accounts.ts";
import { registerOrganization, registerPerson } from "../../../src/shared/contracts/registrations.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { ApiClient } from "../../../src/shared/api-client.ts";
import { decideOpen } from "../../../src/server/seeds/decide-open.ts";
import { RegistrationModel } from "../../../src/models/registration.ts";
import { buildLogin, password } from "../../support/login.ts";
import { adminOf, buildMembership, freshIdNumber, inTransaction } from "../../support/world.ts";
import { auditTypes } from "../../support/applications.ts";
import { organizationForm } from "../../support/registrations.ts";
import { useProvince } from "../../support/province.ts";

// From the real time on: the database drops expired rows by its own clock.
const clock = fixedClock(new Date());

const { server, world } = useProvince({ clock });

/** The answer to a login attempt of a fresh browser. */
async function attempt(given: { idNumber: string; role?: string; password?: string; captchaText?: string }) {
  const client = server.client();
  const captcha = await client.captcha(given.captchaText);
  const { idNumber, role = "professional" } = given;
  const body = { role, idNumber, password: given.password ?? password, ...captcha };
  return { client, answer: await client.call(accounts.logIn, body) };
}

describe("POST /captchas", () => {
  it("200: draws a picture whose text is nowhere in the answer", async () => {
    const { captchaId, svg } = await server.client().ok(accounts.getCaptcha, {});
    expect(captchaId).toMatch(/^[0-9a-f]{24}$/);
    expect(svg).toContain("<svg");
    expect(svg).not.toContain("<text");
  });
});

describe("POST /sessions", () => {
  describe("200", () => {
    it("signs in, sets a cookie that scripts cannot read, and says who one is", async () => {
      const login = await buildLogin(server.app, world.hospital);
      const { client, answer } = await attempt({ idNumber: login.idNumber.toLowerCase() });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        role: "professional",
        roleKey: "professional",
        organizationId: world.hospital._id,
        personId: login.personId,
        mustChangePassword: false,
        lastLoginAt: null,
        lastLoginAddress: null,
      });
      expect(answer.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Lax/);
      expect(JSON.stringify(answer.body)).not.toContain(login.idNumber);
      expect(await auditTypes(login.accountId)).toEqual(["session.started"]);
      expect((await client.ok(accounts.getSession, {})).accountId).toBe(login.accountId);
    });

    it("shows the time of the login before", async () => {
      const login = await buildLogin(server.app, world.hospital);
      await attempt(login);
      const { answer } = await attempt(login);
      expect(answer.body.lastLoginAt).toBe(clock.now().toISOString());
      expect(answer.body.lastLoginAddress).toMatch(/127\.0\.0\.1$/);
    });

    it("takes the initial password once, and then only a change of password", async () => {
      const login = await buildLogin(server.app, world.hospital, { initial: true });
      const initial = login.idNumber.slice(-6);
      const { client, answer } = await attempt({ ...login, password: initial });
      expect(answer.body.mustChangePassword).toBe(true);
      const refused = await client.call(accounts.switchRole, { roleKey: "professional" });
      expect([refused.status, refused.body.error?.code]).toEqual([403, "password.change_required"]);
      const again = await attempt({ ...login, password: initial });
      expect(again.answer.body.error?.code).toBe("login.initial_password_expired");
      await client.ok(accounts.changePassword, { oldPassword: initial, newPassword: password });
      await client.ok(accounts.switchRole, { roleKey: "professional" });
      expect((await attempt(login)).answer.status).toBe(200);
    });
  });

  describe("400", () => {
    it("refuses a wrong captcha before it says anything about the account", async () => {
      const { answer } = await attempt({ idNumber: freshIdNumber(), captchaText: "XXXX" });
      expect([answer.status, answer.body.error?.code]).toEqual([400, "captcha.wrong"]);
    });

    it("names each wrong field", async () => {
      const client = server.client();
      const answer = await client.call(accounts.logIn, { role: "king", idNumber: "410105198001019010" });
      expect(answer.status).toBe(400);
      expect(answer.body.error?.problems.map(({ path }) => path)).toEqual(
        expect.arrayContaining(["body.role", "body.idNumber", "body.password", "body.captchaId"]),
      );
    });
  });

  describe("401", () => {
    it("says LOG-06 for an unknown ID number", async () => {
      const { answer } = await attempt({ idNumber: freshIdNumber() });
      expect(answer.status).toBe(401);
      expect(answer.body.error).toMatchObject({
        code: "login.no_account",
        message: "您的帐号不存在，请重新输入!若未注册，可点此立即注册",
      });
    });

    it("says LOG-07 while the registration waits, and the reason once it is rejected", async () => {
      const idNumber = freshIdNumber();
      const client = server.client();
      await client.ok(registerPerson, {
        ...(await client.captcha()),
        idNumber,
        password,
        name: "待审者",
        phone: "13800000000",
        email: "a@example.invalid",
        organizationId: world.hospital._id,
        isAccountant: false,
        titleLevel: "9",
      });
      expect((await attempt({ idNumber })).answer.body.error?.code).toBe("login.pending");
      const idNumberIndex = server.app.secrets.blindIndex(idNumber);
      const registration = await RegistrationModel.findOne({ idNumberIndex }).lean();
      await inTransaction(server.app, (ctx) =>
        decideOpen(ctx, registration?.instanceId ?? "", { outcome: "reject", comment: "非本单位人员" }),
      );
      const { answer } = await attempt({ idNumber });
      expect(answer.body.error?.code).toBe("login.rejected");
      expect(answer.body.error?.message).toContain("非本单位人员");
    });

    it("says LOG-08 for a role that the account has not", async () => {
      const login = await buildLogin(server.app, world.hospital);
      const { answer } = await attempt({ ...login, role: "bureau" });
      expect(answer.body.error).toMatchObject({
        code: "login.wrong_role",
        message: "您选择的登录角色未注册，请选择正确的登录角色!",
      });
    });

    it("locks for a quarter of an hour after five wrong passwords, then opens", async () => {
      const login = await buildLogin(server.app, world.hospital);
      for (let count = 1; count <= 5; count += 1) {
        const { answer } = await attempt({ ...login, password: "wrong" });
        expect(answer.body.error?.code).toBe("login.wrong_password");
      }
      const { answer } = await attempt(login);
      expect(answer.body.error).toMatchObject({ code: "login.locked", details: { minutes: 15 } });
      clock.set(new Date(clock.now().getTime() + 15 * 60_000 + 1));
      expect((await attempt(login)).answer.status).toBe(200);
      expect(await auditTypes(login.accountId)).toEqual([
        ...Array.from({ length: 5 }, () => "session.refused"),
        "session.started",
      ]);
    });

    it("counts guesses that run at the same time, and then refuses even the right one", async () => {
      const login = await buildLogin(server.app, world.hospital);
      const guesses = Array.from({ length: 8 }, () => attempt({ ...login, password: "wrong" }));
      const codes = (await Promise.all(guesses)).map(({ answer }) => answer.body.error?.code ?? "");
      expect(codes.every((code) => ["login.wrong_password", "login.locked"].includes(code))).toBe(true);
      expect((await attempt(login)).answer.body.error?.code).toBe("login.locked");
    });

    it("forgets four wrong passwords once one is right", async () => {
      const login = await buildLogin(server.app, world.hospital);
      for (let round = 0; round < 2; round += 1) {
        for (let count = 1; count <= 4; count += 1) await attempt({ ...login, password: "wrong" });
        expect((await attempt(login)).answer.status).toBe(200);
      }
    });

    it("refuses an initial password after 72 hours", async () => {
      const login = await buildLogin(server.app, world.hospital, { initial: true });
      clock.set(new Date(clock.now().getTime() + 72 * 3_600_000 + 1));
      const { answer } = await attempt({ ...login, password: login.idNumber.slice(-6) });
      expect(answer.body.error?.code).toBe("login.initial_password_expired");
    });

    it("says that an administrator's right is disabled, and where (LOG-10, ADM-07); other roles stay open", async () => {
      const login = await buildLogin(server.app, world.hospital);
      const right = { accountId: login.accountId, organization: world.company, role: "employer" as const };
      const _id = await buildMembership(server.app, { ...right, modules: [] });
      await MembershipModel.updateOne({ _id }, { $set: { status: "disabled" } });
      const { answer } = await attempt({ ...login, role: "employer" });
      expect([answer.status, answer.body.error?.code]).toEqual([401, "login.right_disabled"]);
      expect(answer.body.error?.message).toContain(world.company.name);
      expect((await attempt(login)).answer.status).toBe(200);
      // Who has applied anew learns of that, not of the earlier right.
      const applicant = { kind: "existing" as const, idNumber: login.idNumber, password };
      const form = await organizationForm(server.client(), world, { applicant });
      await server.client().ok(registerOrganization, form);
      const waiting = await attempt({ ...login, role: "employer" });
      expect(waiting.answer.body.error?.code).toBe("login.pending");
    });

    it("refuses a disabled account", async () => {
      const login = await buildLogin(server.app, world.hospital);
      await AccountModel.updateOne({ _id: login.accountId }, { $set: { status: "disabled" } });
      expect((await attempt(login)).answer.body.error?.code).toBe("login.disabled");
    });
  });

  describe("403", () => {
    it("refuses a demonstration account that a proxy forwards from elsewhere", async () => {
      const login = await buildLogin(server.app, world.hospital);
      await AccountModel.updateOne({ _id: login.accountId }, { $set: { demonstration: true } });
      const client = server.client();
      const body = { role: "professional", idNumber: login.idNumber, password, ...(await client.captcha()) };
      const answer = await client.call(accounts.logIn, body, { "x-forwarded-for": "203.0.113.9" });
      expect([answer.status, answer.body.error?.code]).toEqual([403, "login.demonstration_only_here"]);
    });
  });
});

describe("GET /sessions/current", () => {
  it("200: lists the roles that one may switch to", async () => {
    const login = await buildLogin(server.app, world.hospital);
    await buildMembership(server.app, {
      accountId: login.accountId,
      organization: world.hospital,
      role: "employer",
      modules: ["people:query", "audit:read"],
    });
    const { client } = await attempt({ ...login, role: "employer" });
    const session = await client.ok(accounts.getSession, {});
    expect(session.roles.map(({ role }) => role)).toEqual(["employer", "professional"]);
    // What the organization's kind has not, nobody can be granted (ROL-04).
    expect(session.modules).toEqual(["people:query"]);
    expect(session.personId).toBe(login.personId);
  });

  it("401: without a session", async () => {
    const answer = await server.client().call(accounts.getSession, {});
    expect([answer.status, answer.body.error?.code]).toEqual([401, "session.required"]);
  });

  it("401: with a forged token", async () => {
    const client = server.client();
    client.cookie = "xueshi_session=eyJhbGciOiJub25lIn0.eyJzaWQiOiIxIn0.";
    expect((await client.call(accounts.getSession, {})).body.error?.code).toBe("session.expired");
  });

  it("401: after two idle hours; use puts it off", async () => {
    const { client } = await attempt(await buildLogin(server.app, world.hospital));
    for (let hour = 0; hour < 3; hour += 1) {
      clock.set(new Date(clock.now().getTime() + 3_600_000));
      expect((await client.call(accounts.getSession, {})).status).toBe(200);
    }
    clock.set(new Date(clock.now().getTime() + 2 * 3_600_000));
    expect((await client.call(accounts.getSession, {})).body.error?.code).toBe("session.expired");
  });

  it("401: at once when the right of administration is taken away", async () => {
    const admin = await adminOf(server.app, server.url, world.company);
    await admin.ok(accounts.getSession, {});
    await MembershipModel.updateOne({ _id: world.company.adminRoleKey }, { $set: { status: "disabled" } });
    expect((await admin.call(accounts.getSession, {})).status).toBe(401);
    await MembershipModel.updateOne({ _id: world.company.adminRoleKey }, { $set: { status: "active" } });
  });
});

describe("POST /sessions/current/role", () => {
  it("200: goes on in another role of one's own, without a password", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const roleKey = await buildMembership(server.app, {
      accountId: login.accountId,
      organization: world.hospital,
      role: "employer",
      modules: ["people:query"],
    });
    const { client } = await attempt(login);
    expect(await client.ok(accounts.switchRole, { roleKey })).toMatchObject({ role: "employer", roleKey });
    expect((await client.ok(accounts.getSession, {})).roleKey).toBe(roleKey);
    expect(await auditTypes(login.accountId)).toEqual(["session.role_switched", "session.started"]);
  });

  it("401: without a session", async () => {
    const answer = await server.client().call(accounts.switchRole, { roleKey: "professional" });
    expect(answer.status).toBe(401);
  });

  it("403: into a role of somebody else", async () => {
    const { client } = await attempt(await buildLogin(server.app, world.hospital));
    const answer = await client.call(accounts.switchRole, { roleKey: world.hospital.adminRoleKey });
    expect([answer.status, answer.body.error?.code]).toEqual([403, "permission.denied"]);
  });

  it("400: with something that is no key", async () => {
    const { client } = await attempt(await buildLogin(server.app, world.hospital));
    expect((await client.call(accounts.switchRole, { roleKey: { $ne: "" } })).status).toBe(400);
  });
});

describe("DELETE /sessions/current", () => {
  it("200: ends the session on the server, not only in the browser", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const { client } = await attempt(login);
    const { cookie } = client;
    const answer = await client.call(accounts.logOut, {});
    expect(answer.status).toBe(200);
    expect(answer.headers.get("set-cookie")).toContain("Max-Age=0");
    const other = new ApiClient(server.url);
    other.cookie = cookie;
    expect((await other.call(accounts.getSession, {})).status).toBe(401);
    expect((await SessionModel.findOne({ accountId: login.accountId }).lean())?.revokedAt).not.toBeNull();
    expect(await auditTypes(login.accountId)).toEqual(["session.ended", "session.started"]);
  });

  it("401: without a session", async () => {
    expect((await server.client().call(accounts.logOut, {})).status).toBe(401);
  });
});
