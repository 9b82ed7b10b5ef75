import { ApplicationModel } from "../../../models/application.ts";
import { DeclarationModel } from "../../../models/declaration.ts";
import type { AdvanceInput } from "../../../workflows/runtime/store.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { ownApplications, ownDeclarations } from "../../queries/applications/blocking-items.ts";
import { correctionTask } from "../declarations/withdraw-declaration.ts";
import { deciderOf } from "../workflow/decide-task.ts";
import { stepInstance } from "../workflow/step-instance.ts";

/** More than anybody can have open; whatever is beyond still blocks. */
const mostItems = 500;

/**
 * Withdraws what a deceased person had under review, and gives up what was returned to him: nobody else could, and his
 * record would stay open for ever (PER-13). Through the diagrams, in the name of the actor who decides about him, so that
 * tasks end and each item records its own end. What others declared for him is theirs and stays.
 */
export async function closeOwnItems(ctx: CommandContext, personId: string, comment: string): Promise<void> {
  const fields = { instanceId: 1, status: 1 } as const;
  const declarations = await DeclarationModel.find(ownDeclarations(personId), fields).limit(mostItems).lean();
  const applications = await ApplicationModel.find(ownApplications(personId), fields).limit(mostItems).lean();
  for (const item of [...declarations, ...applications])
    await stepInstance(ctx, item.instanceId, { input: await endOf(ctx, item), comment });
}

async function endOf(
  ctx: CommandContext,
  { status, instanceId }: { status: string; instanceId: string },
): Promise<AdvanceInput> {
  const actor = requireActor(ctx);
  if (status === "pending")
    return { kind: "message", name: "withdraw", actor: { accountId: actor.accountId } };
  const taskKey = await correctionTask(instanceId);
  return { kind: "decide", taskKey, outcome: "cancel", actor: deciderOf(actor) };
}
