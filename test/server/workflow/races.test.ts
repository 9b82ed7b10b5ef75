import { expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import type { Person } from "../../../src/models/person.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import { withdrawDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import { decideTask } from "../../../src/shared/contracts/workflow.ts";
import { approveBy, declareOwn, taskOf } from "../../support/declaring.ts";
import { adminOf, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

// Transfer and declaration, closure and registration: beside their own processes.
const rounds = 8;

const { server, world } = useProvince();

const somebody = () => newPerson(server.app, world.hospital);
const clientFor = (person: Person) => personClient(server.app, server.url, person);

/** Sends both at once, in changing order; their statuses in the order of the arguments. */
async function together(
  round: number,
  first: () => Promise<{ status: number }>,
  second: () => Promise<{ status: number }>,
): Promise<[number, number]> {
  const sent = round % 2 === 0 ? [first(), second()] : [second(), first()].toReversed();
  const [one, other] = await Promise.all(sent);
  return [one?.status ?? 0, other?.status ?? 0];
}

it("the last approval and the withdrawal at once: one wins, the other gets 409; hours follow the winner", async () => {
  const asHospital = await adminOf(server.app, server.url, world.hospital);
  const asAuthority = await adminOf(server.app, server.url, world.authority);
  const asCity = await adminOf(server.app, server.url, world.city);
  for (let round = 0; round < rounds; round += 1) {
    const person = await somebody();
    const client = await clientFor(person);
    const { id, instanceId } = await declareOwn({ app: server.app, client, person });
    await approveBy([asHospital, asAuthority], instanceId);
    const taskId = await taskOf(asCity, instanceId);
    const answers: { status: number; body: { error?: { message: string } } }[] = [];
    const kept = async (asked: Promise<(typeof answers)[number]>) => {
      const answer = await asked;
      answers.push(answer);
      return answer;
    };
    const [approved, withdrawn] = await together(
      round,
      () => kept(asCity.call(decideTask, { id: taskId, outcome: "approve" })),
      () => kept(client.call(withdrawDeclaration, { id })),
    );
    // Whoever was too late reads what came first: who decided when, or that it was withdrawn.
    const loser = answers.find(({ status }) => status === 409)?.body.error?.message;
    expect(loser).toMatch(approved === 200 ? /由 .+ 于 .+ 办理/ : /已被申请人撤回/);
    expect([approved, withdrawn].toSorted((a, b) => a - b)).toEqual([200, 409]);
    const credited = await CreditEntryModel.countDocuments({ declarationId: id });
    const { status } = (await DeclarationModel.findById(id).lean()) ?? {};
    expect([status, credited > 0]).toEqual(approved === 200 ? ["approved", true] : ["withdrawn", false]);
    const instance = await WorkflowInstance.findById(instanceId).lean();
    expect([instance?.status, instance?.version]).toEqual(["ended", 4]);
    expect(await WorkflowTask.countDocuments({ instanceId, status: "open" })).toBe(0);
  }
});
