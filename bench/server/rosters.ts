/**
 * The largest plan's declaration (500 people) and the largest class (2,000 rows) over HTTP on the embedded database:
 * how long each request and the job behind the class take, beside the bare rate of two-write transactions of the same
 * database in the same run. `npx tsx bench/server/rosters.ts`
 */
import { fixedClock } from "../../src/shared/clock.ts";
import { checkClassRoster, getBaseClass, submitBaseClass } from "../../src/shared/contracts/base-classes.ts";
import { submitPlanDeclaration } from "../../src/shared/contracts/plan-declarations.ts";
import { submitTrainingPlan } from "../../src/shared/contracts/training-plans.ts";
import { approveApplication } from "../../test/support/applications.ts";
import { classRequest, rosterRow } from "../../test/support/base-classes.ts";
import { startTestServer, type TestServer } from "../../test/support/server.ts";
import { planRequest, sessionRequest } from "../../test/support/training-plans.ts";
import { adminOf, buildPerson, buildWorld, inTransaction, type World } from "../../test/support/world.ts";
import { bareTransactions } from "./support.ts";

const participants = 500;
const rosterRows = 2000;
/** A request that locks nobody out and does not run into a gateway's time-out. */
const mostSeconds = 10;
const fewestDeclaredASecond = 50;
const peopleAtOnce = 250;

type Person = Awaited<ReturnType<typeof buildPerson>>;

async function peopleOf({ app }: TestServer, { hospital }: World, count: number): Promise<Person[]> {
  const people: Person[] = [];
  while (people.length < count) {
    const built = await inTransaction(app, async (ctx) => {
      const chunk = [];
      for (let index = 0; index < peopleAtOnce; index += 1) chunk.push(await buildPerson(ctx, hospital));
      return chunk;
    });
    people.push(...built);
  }
  return people.slice(0, count);
}

const results: boolean[] = [];

/** Runs one thing, and says how long it took and whether that is short enough. */
async function timed<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const begun = performance.now();
  const result = await work();
  const seconds = (performance.now() - begun) / 1000;
  results.push(seconds <= mostSeconds);
  process.stdout.write(`${name}: ${seconds.toFixed(2)} s (at most ${mostSeconds})\n`);
  return result;
}

async function measurePlan(server: TestServer, world: World, people: readonly Person[]): Promise<void> {
  const asHospital = await adminOf(server.app, server.url, world.hospital);
  const plan = await asHospital.ok(submitTrainingPlan, planRequest({ plannedPeople: participants }));
  await approveApplication(server, [world.authority, world.city], plan);
  const body = await sessionRequest(server.app, world.hospital.adminAccountId, {
    participants: people.slice(0, participants).map(({ _id }) => ({ personId: _id, hours: 8 })),
  });
  const application = await timed(`plan's declaration of ${participants}: submitted`, () =>
    asHospital.ok(submitPlanDeclaration, { id: plan.id, ...body }),
  );
  await timed("its first approval", () => approveApplication(server, [world.authority], application));
  await timed("its last approval, which credits all", () =>
    approveApplication(server, [world.city], application),
  );
}

async function measureClass(server: TestServer, world: World, people: readonly Person[]): Promise<number> {
  const asBase = await adminOf(server.app, server.url, world.base);
  const request = classRequest(people.slice(0, rosterRows).map((person) => rosterRow(person)));
  const { year, name, classNumber, roster } = request;
  await timed(`roster of ${rosterRows}: checked`, () =>
    asBase.ok(checkClassRoster, { year, name, classNumber, roster }),
  );
  const application = await timed("its class: submitted", () => asBase.ok(submitBaseClass, request));
  await timed("its class: confirmed", () => approveApplication(server, [world.city], application));
  const begun = performance.now();
  for (let waiting = rosterRows; waiting > 0; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { progress } = await asBase.ok(getBaseClass, { id: application.id });
    waiting = progress.waiting;
    if (progress.failed > 0) throw new Error(`${progress.failed} people could not be declared`);
  }
  return rosterRows / ((performance.now() - begun) / 1000);
}

const server = await startTestServer({
  env: { LOG_LEVEL: "fatal" },
  clock: fixedClock("2026-11-23T02:00:00Z"),
});
try {
  const world = await buildWorld(server.app);
  const people = await peopleOf(server, world, rosterRows);
  const bare = await bareTransactions(1000, 8);
  await measurePlan(server, world, people);
  const perSecond = await measureClass(server, world, people);
  results.push(perSecond >= fewestDeclaredASecond);
  process.stdout.write(
    `declared by the job: ${perSecond.toFixed(0)}/s (at least ${fewestDeclaredASecond}), ${(perSecond / bare.perSecond).toFixed(2)} of bare two-write transactions (${bare.perSecond.toFixed(0)}/s)\n`,
  );
} finally {
  await server.close();
}
process.exitCode = results.every(Boolean) ? 0 : 1;
