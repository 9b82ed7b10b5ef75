import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { JobModel } from "../../../src/models/job.ts";
import { NotificationModel } from "../../../src/models/notification.ts";
import { sendNotification } from "../../../src/server/commands/notifications/send-notification.ts";
import { notify } from "../../../src/server/commands/notify.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { resetPersonPassword } from "../../../src/shared/contracts/accounts.ts";
import * as contracts from "../../../src/shared/contracts/notifications.ts";
import { buildLogin, password } from "../../support/login.ts";
import { adminOf, inTransaction, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

const { server, world } = useProvince();

async function somebody(): Promise<{ accountId: string; client: ApiClient }> {
  const person = await newPerson(server.app, world.hospital);
  return { accountId: person.accountId, client: await personClient(server.app, server.url, person) };
}

function leave(accountId: string, title: string, kind = "test.note"): Promise<void> {
  return inTransaction(server.app, (ctx) =>
    notify(ctx, accountId, { kind, title, text: "内容", subjectId: null }),
  );
}

describe("GET /notifications", () => {
  it("200: one's own, newest first, in pages, with the number unread", async () => {
    const { accountId, client } = await somebody();
    const other = await somebody();
    for (const title of ["一", "二", "三"]) {
      await leave(accountId, title);
      await pause(2);
    }
    await leave(other.accountId, "别人的");
    const first = await client.ok(contracts.listNotifications, { pageSize: 2 });
    expect(first.rows.map(({ title }) => title)).toEqual(["三", "二"]);
    expect([first.total, first.unread, first.unreadIsExact]).toEqual([3, 3, true]);
    await client.ok(contracts.readNotification, { id: first.rows[0]?.id ?? "" });
    const unread = await client.ok(contracts.listNotifications, { unreadOnly: "true" });
    expect(unread.rows.map(({ title }) => title)).toEqual(["二", "一"]);
    expect(await client.ok(contracts.countUnreadNotifications, {})).toEqual({
      unread: 2,
      unreadIsExact: true,
    });
  });

  it("counts to 99", async () => {
    const { accountId, client } = await somebody();
    await inTransaction(server.app, async (ctx) => {
      for (let count = 0; count < 120; count += 1)
        await notify(ctx, accountId, { kind: "test.note", title: "多", text: "内容", subjectId: null });
    });
    const counted = await client.ok(contracts.countUnreadNotifications, {});
    expect(counted).toEqual({ unread: 99, unreadIsExact: false });
  });

  it("401: without a session", async () => {
    expect((await server.client().call(contracts.listNotifications, {})).status).toBe(401);
  });
});

describe("reading", () => {
  it("200: one, once recorded; 404: somebody else's", async () => {
    const { accountId, client } = await somebody();
    const other = await somebody();
    await leave(accountId, "读我");
    const { rows } = await client.ok(contracts.listNotifications, {});
    const id = rows[0]?.id ?? "";
    const refused = await other.client.call(contracts.readNotification, { id });
    expect([refused.status, refused.body.error?.code]).toEqual([404, "notification.not_found"]);
    for (let again = 0; again < 2; again += 1)
      expect((await client.ok(contracts.readNotification, { id })).read).toBe(true);
    expect(await AuditEventModel.countDocuments({ type: "notification.read", subjectId: id })).toBe(1);
  });

  it("200: all up to what was seen; what came later stays unread", async () => {
    const { accountId, client } = await somebody();
    await leave(accountId, "看过");
    const { rows } = await client.ok(contracts.listNotifications, {});
    await pause(5);
    await leave(accountId, "没看过");
    const until = rows[0]?.createdAt ?? "";
    expect(await client.ok(contracts.readNotifications, { until })).toEqual({ count: 1 });
    const left = await client.ok(contracts.listNotifications, { unreadOnly: "true" });
    expect(left.rows.map(({ title }) => title)).toEqual(["没看过"]);
    expect(await client.ok(contracts.readNotifications, {})).toEqual({ count: 1 });
    expect(await client.ok(contracts.readNotifications, {})).toEqual({ count: 0 });
    expect((await client.call(contracts.readNotifications, { until: "昨天" })).status).toBe(400);
  });
});

describe("outside of the platform", () => {
  it("a reset password is also told to the phone, once; an ordinary note is not", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const hospital = await adminOf(server.app, server.url, world.hospital);
    await leave(login.accountId, "不外发");
    await hospital.ok(resetPersonPassword, { id: login.personId });
    const sent = () => server.texts.filter(({ phone }) => phone === login.phone);
    await expect.poll(() => sent().length, { timeout: 10_000 }).toBe(1);
    expect(sent()[0]?.text).toContain("登录密码已由管理员重置");
    const message = () =>
      NotificationModel.findOne({ accountId: login.accountId, kind: "password.reset" }).lean();
    await expect.poll(async () => (await message())?.sentAt ?? null).not.toBeNull();
    await sendNotification(server.app, (await message())?._id ?? "");
    expect(sent()).toHaveLength(1);
    expect(password).not.toBe("");
  });

  it("a channel that fails does not fail the command, and is tried again", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const hospital = await adminOf(server.app, server.url, world.hospital);
    const { phone } = server.app;
    const send = phone.send.bind(phone);
    let failures = 0;
    phone.send = (to, text) => {
      if (to !== login.phone || failures > 0) return send(to, text);
      failures += 1;
      return Promise.reject(new Error("no answer"));
    };
    try {
      expect((await hospital.call(resetPersonPassword, { id: login.personId })).status).toBe(200);
      const sent = () => server.texts.filter((one) => one.phone === login.phone).length;
      await expect.poll(sent, { timeout: 15_000 }).toBe(1);
    } finally {
      phone.send = send;
    }
    expect(failures).toBe(1);
    expect(await JobModel.countDocuments({ kind: "notification.send", attempts: 2 })).toBe(1);
  });

  it("nothing is sent to an account without a phone", async () => {
    const { accountId } = await somebody();
    await leave(accountId, "无手机", "registration");
    const message = await NotificationModel.findOne({ accountId }).lean();
    await sendNotification(server.app, message?._id ?? "");
    expect((await NotificationModel.findOne({ accountId }).lean())?.sentAt).toBeNull();
  });
});
