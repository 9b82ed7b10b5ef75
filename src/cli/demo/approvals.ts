import type { ApiClient } from "../../shared/api-client.ts";
import { addAdministrator, createRole } from "../../shared/contracts/administrators.ts";
import { resubmitDeclaration, withdrawDeclaration } from "../../shared/contracts/declaration-changes.ts";
import { getDeclaration } from "../../shared/contracts/declarations.ts";
import type { RequestOf } from "../../shared/contracts/endpoint.ts";
import {
  countTasks,
  decideTask,
  decideTasks,
  getInstance,
  listTasks,
  type TaskView,
} from "../../shared/contracts/workflow.ts";
import { declare, declarationBody, loadForms } from "./declare.ts";
import { firstLogin } from "./declarations.ts";
import { demoPassword, type Journey } from "./journey.ts";
import type { Professional, Unit, World } from "./world.ts";

/** All open tasks of an organization, page by page. */
export async function allTasks(client: ApiClient): Promise<TaskView[]> {
  const rows: TaskView[] = [];
  for (let page = 1; ; page += 1) {
    const found = await client.ok(listTasks, { page, pageSize: 200, processKey: "declaration" });
    rows.push(...found.rows);
    if (found.rows.length < 200) return rows;
  }
}

/** Decides everything that an organization holds, in batches. Returns how many. */
export async function approveAll(client: ApiClient): Promise<number> {
  const tasks = await allTasks(client);
  let approved = 0;
  for (let from = 0; from < tasks.length; from += 200) {
    const taskIds = tasks.slice(from, from + 200).map((task) => task.id);
    approved += (await client.ok(decideTasks, { taskIds, outcome: "approve" })).succeeded;
  }
  return approved;
}

/** Employer, authority and bureau approve what is waiting for each, level by level. */
export async function approveLevelByLevel(journey: Journey, world: World): Promise<void> {
  for (const unit of [world.employer, world.authority, world.city]) {
    const counted = await unit.admin.ok(countTasks, {});
    const waiting = counted.groups
      .filter((group) => group.processKey === "declaration")
      .reduce((sum, group) => sum + group.count, 0);
    const approved = await approveAll(unit.admin);
    journey.expect(`${unit.name}: the count opens exactly its items`, approved, waiting);
    journey.note(`${unit.name}: 通过 ${approved} 条`);
  }
}

/** A second administrator of the same organization, with a role that grants the review. */
async function colleagueOf(journey: Journey, unit: Unit): Promise<ApiClient> {
  const role = await unit.admin.ok(createRole, { name: "学时审核员", modules: ["declarations:review"] });
  const idNumber = journey.idNumber();
  await unit.admin.ok(addAdministrator, {
    roleIds: [role.id],
    administrator: { kind: "new", idNumber, name: "同事", phone: journey.phone(), password: demoPassword },
  });
  return journey.client().logIn("authority", idNumber, demoPassword);
}

/** A batch of 200 of which a colleague has just decided 3: those 3 say who and when. */
export async function batchOfTwoHundred(
  journey: Journey,
  world: World,
  people: readonly Professional[],
): Promise<void> {
  const form = (await loadForms(world.employer.admin)).get("12");
  if (form === undefined) throw new Error("form 12 is missing");
  const ids = people.map((person) => person.id);
  const submitted = await declare(journey, world.employer.admin, { form, facts: { days: 1 }, people: ids });
  journey.expect("one item a person under one batch number", submitted.declarations.length, 200);
  const colleague = await colleagueOf(journey, world.authority);
  const tasks = await allTasks(world.authority.admin);
  const taskIds = tasks.map((task) => task.id);
  journey.expect("tasks of the batch", taskIds.length, 200);
  for (const id of taskIds.slice(50, 53)) await colleague.ok(decideTask, { id, outcome: "approve" });
  const result = await world.authority.admin.ok(decideTasks, { taskIds, outcome: "approve" });
  journey.expect("batch of 200", [result.succeeded, result.failed], [197, 3]);
  for (const row of result.results.filter((entry) => !entry.ok)) {
    journey.expect("row of the batch", row.code, "task.already_decided");
    journey.expectText("who decided", row.message, "同事");
    journey.expectText("when", row.message, String(journey.year));
  }
  journey.note(result.results.find((entry) => !entry.ok)?.message ?? "");
  journey.expect("the bureau credits all 200", await approveAll(world.city.admin), 200);
}

export interface CorrectionActors {
  rejected: Professional;
  withdrawn: Professional;
  reduced: Professional;
}

/** One rejected with a reason, corrected and approved; one withdrawn; one whose hours the employer reduces. */
export async function playCorrections(
  journey: Journey,
  world: World,
  actors: CorrectionActors,
): Promise<void> {
  const forms = await loadForms(world.employer.admin);
  const conference = forms.get("04");
  const book = forms.get("06a");
  if (conference === undefined || book === undefined) throw new Error("forms are missing");
  const facts = { level: "province", days: 1, presented: false };
  await rejectAndCorrect(journey, world, { person: actors.rejected, form: conference, facts });
  const withdrawing = await firstLogin(journey, actors.withdrawn);
  const own = await declare(journey, withdrawing, { form: conference, facts });
  const id = own.declarations[0]?.id ?? "";
  await withdrawing.ok(withdrawDeclaration, { id });
  journey.expect("withdrawn", (await withdrawing.ok(getDeclaration, { id })).statusName, "已撤回");
  await reduceHours(journey, world, { person: actors.reduced, form: book });
}

type Form = Parameters<typeof declare>[2]["form"];

async function rejectAndCorrect(
  journey: Journey,
  world: World,
  about: { person: Professional; form: Form; facts: Record<string, string | number | boolean> },
): Promise<void> {
  const client = await firstLogin(journey, about.person);
  const own = await declare(journey, client, about);
  const declaration = own.declarations[0];
  if (declaration === undefined) throw new Error("nothing was declared");
  await decideOne(world.employer.admin, declaration.number, {
    outcome: "reject",
    comment: "会议通知不清晰，请重新上传",
  });
  const rejected = await client.ok(getDeclaration, { id: declaration.id });
  journey.expect(
    "rejected with its reason",
    [rejected.statusName, rejected.reason],
    ["审核不通过", "会议通知不清晰，请重新上传"],
  );
  const {
    people: _people,
    year: _year,
    form: _form,
    ...body
  } = await declarationBody(journey, client, about);
  await client.ok(resubmitDeclaration, { id: declaration.id, ...body } as RequestOf<
    typeof resubmitDeclaration
  >);
  for (const unit of [world.employer, world.authority, world.city]) {
    await decideOne(unit.admin, declaration.number, { outcome: "approve" });
  }
  const approved = await client.ok(getDeclaration, { id: declaration.id });
  journey.expect("corrected and approved", approved.statusName, "审核通过");
  const instance = await client.ok(getInstance, { id: declaration.instanceId });
  journey.expect(
    "the history has no gap",
    instance.history.map((entry) => entry.outcomeName),
    ["", "逐级审核", "驳回", "重新提交", "通过", "通过", "通过"],
  );
}

async function reduceHours(
  journey: Journey,
  world: World,
  about: { person: Professional; form: Form },
): Promise<void> {
  const client = await firstLogin(journey, about.person);
  const own = await declare(journey, client, {
    form: about.form,
    facts: { tenThousandCharacters: 3, rank: 2 },
  });
  const declaration = own.declarations[0];
  if (declaration === undefined) throw new Error("nothing was declared");
  journey.expect("computed", declaration.hours, { public: 0, professional: 36 });
  const decision = {
    outcome: "approve",
    comment: "按实际撰写字数核定",
    hours: { public: 0, professional: 24 },
  };
  await decideOne(world.employer.admin, declaration.number, decision);
  await decideOne(world.authority.admin, declaration.number, { outcome: "approve" });
  await decideOne(world.city.admin, declaration.number, { outcome: "approve" });
  const credited = await client.ok(getDeclaration, { id: declaration.id });
  journey.expect(
    "reduced by the employer, then credited",
    [credited.hours.professional, credited.statusName],
    [24, "审核通过"],
  );
}

async function decideOne(
  client: ApiClient,
  number: string,
  decision: Omit<RequestOf<typeof decideTask>, "id">,
): Promise<void> {
  const found = await client.ok(listTasks, { q: number, pageSize: 200 });
  const task = found.rows.find((row) => row.number === number);
  if (task === undefined) throw new Error(`no open task for ${number}`);
  await client.ok(decideTask, { id: task.id, ...decision });
}
