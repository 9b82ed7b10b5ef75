import { WorkflowInstance } from "../../../models/workflow-instance.ts";
import type { App } from "../../command-context.ts";
import { runCommand, systemCaller } from "../../run-command.ts";
import { type ScopeMove, scopeUpdates } from "./move-scopes.ts";

/** Instances of one transaction: a step that is being decided waits for no more than this. */
const instancesAtOnce = 500;

/**
 * Instances of a moved organization and of what is below it are found by whoever inspects above it now, no longer by
 * whoever did before (ORG-12). Their routes and events stay what they are; who is on a route goes on seeing them. Those
 * that are already where they belong are found again and not changed.
 */
export async function moveInstances(app: App, organizationId: string, move: ScopeMove): Promise<void> {
  let batch: string[] = [];
  const below = WorkflowInstance.find({ scope: organizationId }, { _id: 1 })
    .lean<{ _id: string }[]>()
    .cursor();
  for await (const { _id } of below) {
    batch.push(_id);
    if (batch.length < instancesAtOnce) continue;
    await moveBatch(app, batch, move);
    batch = [];
  }
  await moveBatch(app, batch, move);
}

async function moveBatch(app: App, ids: readonly string[], move: ScopeMove): Promise<void> {
  if (ids.length === 0) return;
  await runCommand(app, systemCaller("move instances"), async () => {
    for (const update of scopeUpdates("scope", move))
      await WorkflowInstance.updateMany({ _id: { $in: [...ids] } }, update);
  });
}
