import type { Person } from "../../src/models/person.ts";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { submitDeclarations } from "../../src/shared/contracts/declarations.ts";
import type { RequestOf, ResponseOf } from "../../src/shared/contracts/endpoint.ts";
import { decideTask, listTasks } from "../../src/shared/contracts/workflow.ts";
import type { App } from "../../src/server/command-context.ts";
import { exampleOf } from "./forms.ts";
import { buildFile, nextSerial } from "./world.ts";

export type DeclarationRequest = RequestOf<typeof submitDeclarations>;

/**
 * A valid request of a form with fresh evidence of `accountId`. Text facts that tell activities apart get a number, so
 * that two requests are two activities.
 */
export async function declarationRequest(
  app: App,
  accountId: string,
  given: Partial<DeclarationRequest> & { form?: string } = {},
): Promise<DeclarationRequest> {
  const example = exampleOf(given.form ?? "04");
  const mark = nextSerial();
  const facts = Object.fromEntries(
    Object.entries(example.facts).map(([name, value]) => [
      name,
      distinguishing.has(name) ? `${value}${mark}` : value,
    ]),
  );
  const evidence = [];
  for (const key of example.evidence) evidence.push({ ...(await buildFile(app, accountId)), key });
  const { form, startDate, endDate } = example;
  return { year: 2026, form, title: `示例活动${mark}`, startDate, endDate, facts, evidence, ...given };
}

const distinguishing = new Set([
  "className",
  "trainingName",
  "term",
  "course",
  "conferenceName",
  "projectNumber",
  "projectName",
  "isbn",
  "bookTitle",
  "paperTitle",
  "patentNumber",
  "certificateNumber",
  "reportTitle",
  "place",
  "activityName",
]);

/** Declares for oneself. */
export async function declareOwn(
  { app, client, person }: { app: App; client: ApiClient; person: Pick<Person, "accountId"> },
  given: Partial<DeclarationRequest> = {},
): Promise<ResponseOf<typeof submitDeclarations>["declarations"][number]> {
  const request = await declarationRequest(app, person.accountId, given);
  const answer = await client.ok(submitDeclarations, request);
  const [declaration] = answer.declarations;
  if (declaration === undefined) throw new Error("nothing was declared");
  return declaration;
}

/** The open task of an instance in a holder's to-do list. */
export async function taskOf(holder: ApiClient, instanceId: string): Promise<string> {
  // Newest first: what a test has just declared is on the first page.
  for (let page = 1; page < 100; page += 1) {
    const { rows } = await holder.ok(listTasks, { box: "todo", page, pageSize: 10 });
    const found = rows.find((row) => row.instanceId === instanceId);
    if (found !== undefined) return found.id;
    if (rows.length < 10) break;
  }
  throw new Error("the instance is not in this to-do list");
}

/** Approves an instance's open tasks, one holder after the other. */
export async function approveBy(holders: readonly ApiClient[], instanceId: string): Promise<void> {
  for (const holder of holders) {
    await holder.ok(decideTask, { id: await taskOf(holder, instanceId), outcome: "approve" });
  }
}
