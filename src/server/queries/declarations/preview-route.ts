import type { WorkflowRouteStep } from "../../../models/workflow-instance.ts";
import type { previewRoute as contract } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { loadDeclaredPeople } from "./load-declared-people.ts";
import { planRoutes } from "./plan-route.ts";

/** Who would review, before anything is submitted (FLW-09); of several people, the first one's route. */
export async function previewRoute(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<WorkflowRouteStep[]> {
  const { origin, people } = await loadDeclaredPeople(ctx, input.personIds);
  const [route] = await planRoutes(
    ctx,
    { origin, accountId: requireActor(ctx).accountId },
    people.slice(0, 1),
  );
  return route ?? [];
}
