import type { App } from "../../src/server/command-context.ts";
import type { RequestOf } from "../../src/shared/contracts/endpoint.ts";
import type { submitPlanDeclaration } from "../../src/shared/contracts/plan-declarations.ts";
import { submitTrainingPlan } from "../../src/shared/contracts/training-plans.ts";
import { approveApplication, type Server } from "./applications.ts";
import { adminOf, buildFile, nextSerial, type World } from "./world.ts";

export type PlanRequest = RequestOf<typeof submitTrainingPlan>;
export type SessionRequest = Omit<RequestOf<typeof submitPlanDeclaration>, "id">;

/** A valid plan of 2026: October and November, ten people, 24 hours. */
export function planRequest(given: Partial<PlanRequest> = {}): PlanRequest {
  return {
    name: `示例院感培训${nextSerial()}`,
    year: 2026,
    subject: "professional",
    content: "院内感染防控：课程表见附件",
    startDate: "2026-10-01",
    endDate: "2026-11-30",
    place: "示例医院学术厅",
    teachers: "示例教授",
    plannedPeople: 10,
    plannedHours: 24,
    contactName: "示例联系人",
    contactPhone: "0371-60000000",
    ...given,
  };
}

/** A plan of the hospital that its authority and the city's bureau have approved. */
export async function approvedPlanOf(server: Server, world: World, given: Partial<PlanRequest> = {}) {
  const client = await adminOf(server.app, server.url, world.hospital);
  const plan = await client.ok(submitTrainingPlan, planRequest(given));
  await approveApplication(server, [world.authority, world.city], plan);
  return plan;
}

/** A valid session of such a plan, with fresh evidence of an account. */
export async function sessionRequest(
  app: App,
  accountId: string,
  given: Partial<SessionRequest> & Pick<SessionRequest, "participants">,
): Promise<SessionRequest> {
  return {
    sessionName: `第${nextSerial()}场`,
    startDate: "2026-11-02",
    endDate: "2026-11-03",
    evidence: await evidenceOf(app, accountId, ["sign-in", "video", "photo"]),
    ...given,
  };
}

/** Fresh evidence of an account, one file of each kind. */
export async function evidenceOf<Key extends string>(
  app: App,
  accountId: string,
  keys: readonly Key[],
): Promise<{ key: Key; fileId: string; name: string }[]> {
  const evidence = [];
  for (const key of keys) evidence.push({ key, ...(await buildFile(app, accountId)) });
  return evidence;
}
