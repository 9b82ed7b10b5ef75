import { decideOutcome } from "../rules/decide-outcome.ts";
import { OrganizationModel } from "../models/organization.ts";
import type { RulePacks } from "../rules/load-packs.ts";
import { addWorkdays } from "../rules/workdays.ts";
import type { Clock } from "../shared/clock.ts";
import { newId } from "../shared/ids.ts";
import type { WorkflowContext, WorkflowRuntime } from "../workflows/runtime/context.ts";
import {
  DefinitionRegistry,
  loadShippedDefinitions,
  registerShippedDefinitions,
} from "../workflows/runtime/definitions.ts";
import { PositionMemo } from "../workflows/runtime/memo.ts";
import type { CommandContext } from "./command-context.ts";
import { holderRule } from "./queries/organizations/holder-rule.ts";
import { packKey } from "./pack-registry.ts";

/**
 * The workflow room of one process: shipped definitions, an empty memo, and rule tasks answered by the rule packs.
 * This is where BPMN and json-rules-engine meet.
 */
export async function makeWorkflowRuntime(packs: () => RulePacks, clock: Clock): Promise<WorkflowRuntime> {
  const shipped = await loadShippedDefinitions();
  await registerShippedDefinitions(shipped, { newId: () => newId(clock.now()), now: clock.now() });
  const definitions = new DefinitionRegistry(shipped);
  await definitions.refresh();
  return {
    definitions,
    memo: new PositionMemo(),
    decideRule(rule, facts) {
      const { outcome, pack } = decideOutcome(packs(), rule, facts);
      return { outcome, pack: packKey(pack) };
    },
    addWorkdays: (from, count) => addWorkdays(packs(), from, count),
    scopeOf,
    holderRule,
  };
}

/** The root is left out: whoever belongs to it inspects the whole province. */
async function scopeOf(organizationId: string): Promise<readonly string[]> {
  const found = await OrganizationModel.findById(organizationId, { ancestorIds: 1, kind: 1 }).lean();
  if (found?.kind === "bureau" && found.ancestorIds.length === 0) return [];
  return [organizationId, ...(found?.ancestorIds.slice(0, -1) ?? [])];
}

/** What `src/workflows` needs of a command's context. */
export function workflowContext(ctx: CommandContext): WorkflowContext {
  return { clock: ctx.clock, newId: () => ctx.newId(), workflow: ctx.app.workflow };
}
