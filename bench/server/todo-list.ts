/**
 * The to-do list of an organization with 100,000 open tasks, over HTTP, beside an indexed `findOne` of the same
 * database in the same run. `npx tsx bench/server/todo-list.ts [tasks]`
 */
import { WorkflowTask } from "../../src/models/workflow-task.ts";
import { WorkflowInstance } from "../../src/models/workflow-instance.ts";
import { submitDeclarations } from "../../src/shared/contracts/declarations.ts";
import { countTasks, listTasks } from "../../src/shared/contracts/workflow.ts";
import { declarationRequest } from "../../test/support/declaring.ts";
import { adminOf, buildPerson, buildWorld, inTransaction } from "../../test/support/world.ts";
import { measure, report, startBenchServer } from "./support.ts";

const wanted = Number(process.argv[2] ?? 100_000);
const rounds = Array.from({ length: 200 }, (_, index) => index);

const server = await startBenchServer();
try {
  const { app, url } = server;
  const world = await buildWorld(app);
  const person = await inTransaction(app, (ctx) => buildPerson(ctx, world.hospital));
  const asHospital = await adminOf(app, url, world.hospital);
  const asAuthority = await adminOf(app, url, world.authority);
  const people = [{ personId: person._id }];
  const body = await declarationRequest(app, world.hospital.adminAccountId, { people });
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
    await WorkflowInstance.collection.insertMany(
      some.map((index) => ({ ...instance, _id: id(index), startedAt: at(index) })) as never[],
    );
    await WorkflowTask.collection.insertMany(
      some.map((index) => ({
        ...task,
        _id: id(index),
        instanceId: id(index),
        number: `SB20260101-${String(index).padStart(6, "0")}`,
        year: index % 50 === 0 ? 2025 : 2026,
        createdAt: at(index),
      })) as never[],
    );
  }
  process.stdout.write(
    `${wanted} open tasks written in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`,
  );
  const bare = await measure(rounds, 1, async (index) => {
    await WorkflowTask.findOne({ _id: index.toString(16).padStart(24, "0") }).lean();
  });
  report("indexed findOne", bare);
  const baseline = { name: "indexed findOne", perSecond: bare.perSecond };
  const lists = {
    "first page, all": {},
    "first page, one year": { processKey: "declaration" as const, year: 2025 },
    "page 10": { page: 10 },
    "by number": { q: declared?.number ?? "" },
  };
  for (const [name, query] of Object.entries(lists)) {
    await asAuthority.ok(listTasks, query);
    const measured = await measure(rounds, 1, async () => {
      await asAuthority.ok(listTasks, query);
    });
    report(`to-do list, ${name} (target p95 ≤ 60 ms)`, measured, baseline);
  }
  const counted = await measure(rounds.slice(0, 50), 1, async () => {
    await asAuthority.ok(countTasks, {});
  });
  report("counts by process and year", counted, baseline);
} finally {
  await server.close();
}
