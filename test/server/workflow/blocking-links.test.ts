import { beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { submitAdjustment } from "../../../src/shared/contracts/adjustments.ts";
import {
  type BlockingItem,
  listApplications,
  listBlockingItems,
} from "../../../src/shared/contracts/applications.ts";
import { listDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { searchInstances } from "../../../src/shared/contracts/instances.ts";
import { listPeople } from "../../../src/shared/contracts/people.ts";
import { submitProfileChange } from "../../../src/shared/contracts/profile-changes.ts";
import { listOwnSubordinates } from "../../../src/shared/contracts/subordinates.ts";
import { listTasks } from "../../../src/shared/contracts/workflow.ts";
import { attachmentsOf } from "../../support/applications.ts";
import { declareOwn } from "../../support/declaring.ts";
import { waysIn } from "../../support/processes.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newPerson, newUnit, personClient } from "../../support/world.ts";

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

/** What the page at a link asks for. */
const lists = {
  "/workspace/applications": listApplications,
  "/workspace/declarations": listDeclarations,
  "/workspace/people": listPeople,
  "/workspace/subordinates": listOwnSubordinates,
  "/workspace/tasks": listTasks,
};

/** How many rows there are where a link leads. */
async function rowsAt(client: ApiClient, link: string): Promise<number | string> {
  const { pathname, searchParams } = new URL(link, server.url);
  const filter = Object.fromEntries(searchParams);
  const list = lists[pathname as keyof typeof lists];
  const { status, body } =
    pathname === "/workspace/instances"
      ? await client.call(searchInstances, { ...filter, limit: 100 })
      : await client.call(list as typeof listTasks, { ...filter, page: 1, pageSize: 50 });
  return status === 200 ? body.rows.length : `${status} ${body.error?.code}`;
}

async function differing(client: ApiClient, items: readonly BlockingItem[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { name, count, link } of items) {
    const rows = await rowsAt(client, link);
    if (rows !== count) wrong.push(`${name}: ${count}, but ${rows} at ${link}`);
  }
  return wrong;
}

beforeAll(async () => {
  for (const { submit } of waysIn) await submit(server, world);
}, 120_000);

it.each(["hospital", "company", "authority", "base"] as const)(
  "%s: each item that stands in the way of its end leads to just those (DRG-02, DRG-09, ORG-10)",
  async (name) => {
    const client = await adminOf(server.app, server.url, world[name]);
    const { items } = await client.ok(listBlockingItems, { kind: "organization-closure" });
    expect(items.length).toBeGreaterThan(0);
    expect(await differing(client, items)).toEqual([]);
  },
);

it("what stands in the way of one person leads him, and his unit, to just that (TRF-01, TRF-03)", async () => {
  const unit = await newUnit(server.app, world.authority);
  const [person, colleague] = [await newPerson(server.app, unit), await newPerson(server.app, unit)];
  const [own, other] = [
    await personClient(server.app, server.url, person),
    await personClient(server.app, server.url, colleague),
  ];
  for (const [client, of] of [
    [own, person],
    [other, colleague],
  ] as const) {
    await declareOwn({ app: server.app, client, person: of });
    await client.ok(submitProfileChange, { changes: { school: "郑州大学" } });
  }
  await own.ok(submitAdjustment, {
    year: 2026,
    case: "sick",
    periods: [{ from: "2026-01-01", to: "2026-07-03" }],
    reason: "住院治疗",
    attachments: await attachmentsOf(server.app, person.accountId, ["proof"]),
  });
  const seen = await own.ok(listBlockingItems, { kind: "transfer" });
  expect(seen.items.map(({ count }) => count)).toEqual([1, 1, 1]);
  expect(await differing(own, seen.items)).toEqual([]);
  const admin = await adminOf(server.app, server.url, unit);
  const shown = await admin.ok(listBlockingItems, { kind: "transfer", personId: person._id });
  expect(shown.items.map(({ count }) => count)).toEqual([1, 1, 1]);
  expect(await differing(admin, shown.items)).toEqual([]);
});
