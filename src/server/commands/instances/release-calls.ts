import type { WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { pathOf } from "../../../workflows/runtime/history.ts";
import type { PathEvent, ServiceCall } from "../../../workflows/runtime/position.ts";
import type { CommandContext } from "../../command-context.ts";

/**
 * What the diagram would do if the application were withdrawn, or given up, where it stands: the services that put its
 * business document right when an operator ends it. Null where the diagram has no such way.
 */
export async function releaseCalls(
  ctx: CommandContext,
  instance: Pick<WorkflowInstanceRecord, "definitionHash" | "events">,
): Promise<readonly ServiceCall[] | null> {
  const { definitions, memo } = ctx.app.workflow;
  const definition = await definitions.byHash(instance.definitionHash);
  const path = pathOf(instance.events);
  const { messages, openTasks } = memo.position(definition, path);
  const givenUp = openTasks.find(({ outcomes }) => outcomes.includes("cancel"));
  const refused = openTasks.find(({ outcomes }) => outcomes.includes("reject"));
  const way: PathEvent | null = messages.includes("withdraw")
    ? { type: "message", name: "withdraw" }
    : givenUp !== undefined
      ? { type: "decided", key: givenUp.key, outcome: "cancel" }
      : refused !== undefined
        ? { type: "decided", key: refused.key, outcome: "reject" }
        : null;
  return way === null ? null : memo.position(definition, [...path, way]).serviceCalls;
}
