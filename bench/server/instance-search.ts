/**
 * An auditor's search among a million instances, over HTTP, beside an indexed `findOne` of the same database in the
 * same run. `npx tsx bench/server/instance-search.ts [instances]`
 */
import { OrganizationModel } from "../../src/models/organization.ts";
import { WorkflowInstance } from "../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../src/models/workflow-task.ts";
import type { RequestOf } from "../../src/shared/contracts/endpoint.ts";
import { submitDeclarations } from "../../src/shared/contracts/declarations.ts";
import { searchInstances } from "../../src/shared/contracts/instances.ts";
import { declarationRequest } from "../../test/support/declaring.ts";
import {
  adminOf,
  buildAccount,
  buildMembership,
  buildPerson,
  buildWorld,
  clientOf,
  inTransaction,
} from "../../test/support/world.ts";
import { measure, report, startBenchServer } from "./support.ts";

const wanted = Number(process.argv[2] ?? 1_000_000);
const rounds = Array.from({ length: 100 }, (_, index) => index);
/** One in so many is still open; the others ended. */
const openEvery = 20;

const server = await startBenchServer();
try {
  const { app, url } = server;
  const world = await buildWorld(app);
  const person = await inTransaction(app, (ctx) => buildPerson(ctx, world.hospital));
  const asHospital = await adminOf(app, url, world.hospital);
  const asAuthority = await adminOf(app, url, world.authority);
  const accountId = await inTransaction(app, (ctx) => buildAccount(ctx, "审计员"));
  const role = { accountId, organization: world.province, role: "auditor" as const };
  const roleKey = await buildMembership(app, { ...role, modules: ["audit:read"] });
  const auditor = await clientOf(app, url, { accountId, roleKey });
  const body = await declarationRequest(app, world.hospital.adminAccountId, {
    people: [{ personId: person._id }],
  });
  const [declared] = (await asHospital.ok(submitDeclarations, body)).declarations;
  const task = await WorkflowTask.findOne({ instanceId: declared?.instanceId ?? "" }).lean();
  const instance = await WorkflowInstance.findById(declared?.instanceId ?? "").lean();
  if (task === null || instance === null) throw new Error("nothing was declared");
  const begun = performance.now();
  const step = 2000;
  for (let start = 1; start < wanted; start += step) {
    const some = Array.from({ length: Math.min(step, wanted - start) }, (_, index) => start + index);
    const at = (index: number) => new Date(task.createdAt.getTime() - index * 1000);
    const id = (index: number) => index.toString(16).padStart(24, "0");
    const isOpen = (index: number) => index % openEvery === 0;
    await WorkflowInstance.collection.insertMany(
      some.map((index) => ({
        ...instance,
        _id: id(index),
        // One in a hundred is the authority's, the others somebody else's.
        scope: index % 100 === 0 ? instance.scope : [world.company._id, world.county._id, world.city._id],
        status: isOpen(index) ? "running" : "ended",
        ...(isOpen(index) ? {} : { endedAs: "credited", endedAt: at(index - 1) }),
        startedAt: at(index),
      })) as never[],
    );
    await WorkflowTask.collection.insertMany(
      some.map((index) => ({
        ...task,
        _id: id(index),
        instanceId: id(index),
        elementId: index % 1000 === 0 ? "resubmit" : "review",
        status: isOpen(index) ? "open" : "decided",
        createdAt: at(index),
      })) as never[],
    );
  }
  process.stdout.write(
    `${wanted} instances written in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`,
  );
  const bare = await measure(rounds, 1, async (index) => {
    await OrganizationModel.findById(index % 2 === 0 ? world.hospital._id : world.company._id).lean();
  });
  report("indexed findOne", bare);
  const baseline = { name: "indexed findOne", perSecond: bare.perSecond };
  const middle = `${task.createdAt.getTime() - Math.floor(wanted / 2) * 1000}-0`;
  const searches: Record<string, RequestOf<typeof searchInstances>> = {
    "first page": {},
    "in the middle": { after: middle },
    "process and status": { processKey: "declaration", status: "open" },
    "at a step": { processKey: "declaration", position: "resubmit" },
    holder: { holderId: task.candidate.id },
    number: { number: declared?.number ?? "" },
    "nothing fits": { processKey: "declaration", status: "cancelled" },
  };
  for (const [name, search] of Object.entries(searches)) {
    const measured = await measure(rounds, 1, async () => {
      await auditor.ok(searchInstances, search);
    });
    report(`search, ${name}`, measured, baseline);
  }
  const below = await measure(rounds, 1, async () => {
    await asAuthority.ok(searchInstances, {});
  });
  report("search of one in a hundred (an authority)", below, baseline);
} finally {
  await server.close();
}
