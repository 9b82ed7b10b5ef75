import { beforeEach, expect, it } from "vitest";
import type { Person } from "../../../src/models/person.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { resubmitDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import { submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { decideTask } from "../../../src/shared/contracts/workflow.ts";
import { declarationRequest, type DeclarationRequest, taskOf } from "../../support/declaring.ts";
import { adminOf, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

// One full credit for each completed twelve months of a secondment (CNV-18, AMB-31).

const clock = fixedClock("2026-11-23T02:00:00Z");
const { server, world } = useProvince({ clock });

beforeEach(() => clock.set(new Date("2026-11-23T02:00:00Z")));

interface Secondment {
  year: number;
  months: number;
  place?: string;
}

function requestOf(
  person: Person,
  { year, months, place = "拉萨" }: Secondment,
): Promise<DeclarationRequest> {
  const facts = { kind: "tibet", dispatchedBy: "本院", place, months };
  return declarationRequest(server.app, person.accountId, {
    form: "11",
    year,
    facts,
    startDate: "2025-03-01",
    endDate: "2028-03-01",
  });
}

async function declare(person: Person, secondment: Secondment) {
  const client = await personClient(server.app, server.url, person);
  return client.call(submitDeclarations, await requestOf(person, secondment));
}

it("200 for a year, 400 for the next one before twelve more months are over, 200 once they are", async () => {
  const person = await newPerson(server.app, world.hospital);
  expect((await declare(person, { year: 2026, months: 20 })).status).toBe(200);
  clock.set(new Date("2027-02-01T02:00:00Z"));
  const early = await declare(person, { year: 2027, months: 23 });
  expect([early.status, early.body.error?.code]).toEqual([400, "declaration.invalid"]);
  expect(early.body.error?.message).toContain("每满12个月计一个年度，已申报1个年度，须满24个月");
  expect(early.body.error?.problems?.map(({ path }) => path)).toEqual(["body.facts.months"]);
  expect((await declare(person, { year: 2027, months: 23, place: "林芝" })).status).toBe(200);
  clock.set(new Date("2027-03-02T02:00:00Z"));
  expect((await declare(person, { year: 2027, months: 24 })).status).toBe(200);
});

it("a returned one may be corrected: it does not stand in its own way", async () => {
  const person = await newPerson(server.app, world.hospital);
  const client = await personClient(server.app, server.url, person);
  const request = await requestOf(person, { year: 2026, months: 20 });
  const [declared] = (await client.ok(submitDeclarations, request)).declarations;
  if (declared === undefined) throw new Error("nothing was declared");
  const unit = await adminOf(server.app, server.url, world.hospital);
  const id = await taskOf(unit, declared.instanceId);
  await unit.ok(decideTask, { id, outcome: "reject", comment: "材料不清晰，请重新上传" });
  const { title, startDate, endDate, facts, evidence } = request;
  const corrected = { id: declared.id, title, startDate, endDate, facts, evidence };
  expect((await client.call(resubmitDeclaration, corrected)).status).toBe(200);
});
