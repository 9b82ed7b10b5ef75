import type { WorkflowEventRecord, WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { decideOutcome } from "../../../rules/decide-outcome.ts";
import { withPack } from "../../../rules/load-packs.ts";
import { renderTrace } from "../../../rules/render-trace.ts";
import { RuleError } from "../../../rules/rule-error.ts";
import type { TraceStep } from "../../../rules/trace.ts";
import type { ProcessDefinition } from "../../../workflows/runtime/definition.ts";
import type { App } from "../../command-context.ts";

/** How a rule pack came to the answer that sent an instance one way. */
export interface RuleTrace {
  pack: { id: string; version: string };
  /** in Chinese, for people */
  text: string;
  steps: readonly TraceStep[];
}

/**
 * The trace of a `ruled` event: an instance keeps the pack version and its facts, which give the same answer again.
 * Null for other events, for an answer without a pack, and when that version is no longer stored or answers otherwise.
 */
export async function ruleTrace(
  app: Pick<App, "policies">,
  {
    instance,
    definition,
  }: { instance: Pick<WorkflowInstanceRecord, "facts">; definition: ProcessDefinition },
  event: WorkflowEventRecord,
): Promise<RuleTrace | null> {
  const rule = definition.steps.get(event.elementId ?? "")?.rule;
  if (event.type !== "ruled" || event.pack === undefined || rule == null) return null;
  const pack = await app.policies.keyed(event.pack);
  if (pack === null) return null;
  try {
    const { outcome, trace } = decideOutcome(withPack(app.policies.current, pack), rule, instance.facts);
    if (outcome !== event.outcome) return null;
    const { id, version } = pack.ref;
    return { pack: { id, version }, text: renderTrace(trace), steps: trace };
  } catch (error) {
    if (error instanceof RuleError) return null;
    throw error;
  }
}
