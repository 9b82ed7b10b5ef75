/**
 * Decisions over HTTP on the embedded database: 8 clients in one organization, single and in batches, beside the bare
 * rate of two-write transactions of the same database in the same run. `npx tsx bench/server/decide.ts [declarations]`
 */
import { submitDeclarations } from "../../src/shared/contracts/declarations.ts";
import { decideTask, decideTasks, listTasks } from "../../src/shared/contracts/workflow.ts";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { declarationRequest } from "../../test/support/declaring.ts";
import type { TestServer } from "../../test/support/server.ts";
import {
  adminOf,
  buildAccount,
  buildMembership,
  buildPerson,
  buildWorld,
  clientOf,
  inTransaction,
  type Unit,
  type World,
} from "../../test/support/world.ts";
import { bareTransactions, measure, measureOverHttp, report, startBenchServer } from "./support.ts";

type Baseline = Parameters<typeof report>[2];

const clientCount = 8;
const peopleAtOnce = 100;
/** Decisions before a step is measured: a server that has run for a few seconds has compiled what it runs. */
const warmUp = 400;
const wanted = Number(process.argv[2] ?? 3200);

/** One declaration for each of many people, as a bureau's list has it, so many people a request. */
async function declareMany(server: TestServer, world: World): Promise<void> {
  const { app, url } = server;
  const asHospital = await adminOf(app, url, world.hospital);
  const groups: string[][] = [];
  for (let start = 0; start < wanted; start += peopleAtOnce) {
    const people = await inTransaction(app, async (ctx) => {
      const built = [];
      for (let index = 0; index < peopleAtOnce; index += 1)
        built.push(await buildPerson(ctx, world.hospital));
      return built;
    });
    groups.push(people.map(({ _id }) => _id));
  }
  const measured = await measure(groups, 2, async (ids) => {
    const body = await declarationRequest(app, world.hospital.adminAccountId, {
      people: ids.map((personId) => ({ personId })),
    });
    await asHospital.ok(submitDeclarations, body);
  });
  const perSecond = measured.perSecond * peopleAtOnce;
  const all = { ...measured, count: measured.count * peopleAtOnce, perSecond };
  report(`declarations submitted, ${peopleAtOnce} people a request`, all);
}

/** Eight administrators of one organization. */
async function reviewersOf(server: TestServer, organization: Unit): Promise<ApiClient[]> {
  const role = organization.kind === "bureau" ? ("bureau" as const) : ("authority" as const);
  const clients: ApiClient[] = [];
  for (let index = 0; index < clientCount; index += 1) {
    const accountId = await inTransaction(server.app, (ctx) => buildAccount(ctx, `审核员${index}`));
    const modules = ["declarations:review" as const];
    const roleKey = await buildMembership(server.app, { accountId, organization, role, modules });
    clients.push(await clientOf(server.app, server.url, { accountId, roleKey }));
  }
  return clients;
}

async function openTasks(client: ApiClient): Promise<string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page += 1) {
    const { rows } = await client.ok(listTasks, { box: "todo", page, pageSize: 200 });
    ids.push(...rows.map(({ id }) => id));
    if (rows.length < 200) return ids;
  }
}

function clientAt(clients: readonly ApiClient[], worker: number): ApiClient {
  const client = clients[worker % clients.length];
  if (client === undefined) throw new Error("no clients");
  return client;
}

interface Run {
  url: string;
  name: string;
  clients: readonly ApiClient[];
  ids: readonly string[];
}

async function decideOneByOne({ url, clients, ids }: Omit<Run, "name">) {
  const body = JSON.stringify({ outcome: "approve" });
  const calls = ids.map((id, index) => ({
    path: `/api${decideTask.path.replace(":id", id)}`,
    cookie: clientAt(clients, index).cookie,
    body,
  }));
  return await measureOverHttp(url, clientCount, calls);
}

async function single(run: Run, baseline: Baseline): Promise<void> {
  report(run.name, await decideOneByOne(run), baseline);
}

async function batched({ name, clients, ids }: Run, baseline: Baseline): Promise<void> {
  const batches: string[][] = [];
  for (let start = 0; start < ids.length; start += 200) batches.push(ids.slice(start, start + 200));
  let failed = 0;
  const measured = await measure(batches, 2, async (taskIds, worker) => {
    const answer = await clientAt(clients, worker).ok(decideTasks, { taskIds, outcome: "approve" });
    failed += answer.failed;
  });
  const perSecond = ids.length / measured.seconds;
  report(name, { ...measured, count: ids.length, perSecond }, baseline);
  if (failed > 0) throw new Error(`${failed} rows failed`);
}

/** After the warm-up, half of a to-do list one by one, the other half in batches. */
async function decideAll(
  step: string,
  { url, clients }: Pick<Run, "url" | "clients">,
  baseline: Baseline,
): Promise<void> {
  const [first, ids] = split(await openTasks(clientAt(clients, 0)), warmUp);
  await decideOneByOne({ url, clients, ids: first });
  const half = Math.floor(ids.length / 2);
  const alone = `single decisions, ${step} (target ≥ 150/s, p95 ≤ 250 ms)`;
  await single({ url, name: alone, clients, ids: ids.slice(0, half) }, baseline);
  const together = `batch decisions of 200, ${step} (target ≥ 300/s)`;
  await batched({ url, name: together, clients, ids: ids.slice(half) }, baseline);
}

function split(ids: readonly string[], at: number): [string[], string[]] {
  return [ids.slice(0, at), ids.slice(at)];
}

const server = await startBenchServer();
try {
  const world = await buildWorld(server.app);
  await declareMany(server, world);
  const authority = await reviewersOf(server, world.authority);
  const bureau = await reviewersOf(server, world.city);
  await bareTransactions(400, clientCount);
  const bare = await bareTransactions(2000, clientCount);
  report(`bare two-write transactions, ${clientCount} at once`, bare);
  const baseline = { name: "bare two-write transactions", perSecond: bare.perSecond };
  await decideAll("middle step", { url: server.url, clients: authority }, baseline);
  await decideAll("final step with credit", { url: server.url, clients: bureau }, baseline);
} finally {
  await server.close();
}
