/**
 * The to-do list of an organization with 100,000 open tasks, over HTTP, beside an indexed `findOne` of the same
 * database in the same run. `npx tsx bench/server/todo-list.ts [tasks]`
 */
import { DeclarationModel } from "../../src/models/declaration.ts";
import { WorkflowTask } from "../../src/models/workflow-task.ts";
import { WorkflowInstance } from "../../src/models/workflow-instance.ts";
import { submitDeclarations } from "../../src/shared/contracts/declarations.ts";
import { findTasks } from "../../src/shared/contracts/review-lists.ts";
import { countTasks, listTasks } from "../../src/shared/contracts/workflow.ts";
import { declarationRequest } from "../../test/support/declaring.ts";
import { adminOf, buildPerson, buildWorld, inTransaction, type Unit } from "../../test/support/world.ts";
import { measure, report, startBenchServer } from "./support.ts";

const wanted = Number(process.argv[2] ?? 100_000);
/** open tasks about the person whom the search by ID number looks for */
const held = 10;
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
  const { idNumber } = await busyPerson(world.hospital, declared?.id ?? "");
  const byPerson = { box: "todo" as const, idNumber };
  await asAuthority.ok(findTasks, byPerson);
  const found = await measure(rounds.slice(0, 50), 1, async () => {
    const { total } = await asAuthority.ok(findTasks, byPerson);
    if (total !== held) throw new Error(`${total} tasks found, not ${held}`);
  });
  report("to-do list, by ID number of a person with 500 items (target p95 ≤ 60 ms)", found, baseline);
  const counted = await measure(rounds.slice(0, 50), 1, async () => {
    await asAuthority.ok(countTasks, {});
  });
  report("counts by process and year", counted, baseline);
} finally {
  await server.close();
}

/** Somebody with 500 declarations; this holder has the last few of them only, the oldest on its list. */
async function busyPerson(unit: Unit, declarationId: string): Promise<{ idNumber: string }> {
  const person = await inTransaction(server.app, (ctx) => buildPerson(ctx, unit));
  const declaration = await DeclarationModel.findById(declarationId).lean();
  const rows = Array.from({ length: 500 }, (_, index) => ({
    ...declaration,
    _id: `d${index.toString(16).padStart(23, "0")}`,
    number: `SB20250101-${String(index).padStart(6, "0")}`,
    personId: person._id,
    duplicateKey: null,
    instanceId: (wanted - held + index).toString(16).padStart(24, "0"),
  }));
  await DeclarationModel.collection.insertMany(rows as never[]);
  return person;
}
