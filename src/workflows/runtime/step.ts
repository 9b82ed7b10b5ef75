import type { WorkflowEventRecord } from "../../models/workflow-instance.ts";
import type { WorkflowContext } from "./context.ts";
import type { ProcessDefinition } from "./definition.ts";
import { pathOf, recordOf } from "./history.ts";
import type { OpenTask, PathEvent, Position, ServiceCall } from "./position.ts";

/** What an event does to an instance, before anything is written. */
export interface Step {
  readonly before: Position | null;
  readonly after: Position;
  /** The event itself and the rule answers that it led to, as history keeps them. */
  readonly events: readonly WorkflowEventRecord[];
  /** The calls of the event and of the rule answers after it, in order. */
  readonly serviceCalls: readonly ServiceCall[];
}

/** A rule pack gave an answer that the definition does not know. */
export class UnknownRuleOutcome extends Error {
  constructor(rule: string, outcome: string) {
    super(`rule ${rule} answered ${outcome}, which its task does not declare`);
    this.name = "UnknownRuleOutcome";
  }
}

/** A rule task cannot loop for ever: no shipped process asks more than one rule in a row. */
const rulesInARowMax = 20;

interface StepInput {
  readonly history: readonly WorkflowEventRecord[];
  readonly event: PathEvent;
  readonly facts: Readonly<Record<string, unknown>>;
  /** The account behind a message. */
  readonly by?: string;
}

/**
 * Computes a step: replays (from memory, nearly always) the history with the new event, and answers business rule
 * tasks until a person or a timer is to act or the process ends. Throws `ReplayError` when the event does not fit.
 */
export function computeStep(ctx: WorkflowContext, definition: ProcessDefinition, input: StepInput): Step {
  const now = ctx.clock.now();
  const path = pathOf(input.history);
  const before = path.length === 0 ? null : ctx.workflow.memo.position(definition, path);
  const events: WorkflowEventRecord[] = [recordOf(input.event, now, input.by)];
  path.push(input.event);
  let after = ctx.workflow.memo.position(definition, path);
  const serviceCalls = [...after.serviceCalls];
  while (after.openRules.length > 0) {
    if (events.length > rulesInARowMax) throw new Error(`${definition.key} asks rules without end`);
    const answered = answerRule(ctx, after, input.facts);
    path.push(answered.event);
    events.push({
      ...recordOf(answered.event, now),
      ...(answered.pack === undefined ? {} : { pack: answered.pack }),
    });
    after = ctx.workflow.memo.position(definition, path);
    serviceCalls.push(...after.serviceCalls);
  }
  return { before, after, events, serviceCalls };
}

function answerRule(
  ctx: WorkflowContext,
  position: Position,
  facts: StepInput["facts"],
): { event: PathEvent; pack: string | undefined } {
  const [open] = position.openRules;
  if (open?.rule == null) throw new Error("a business rule task names no rule");
  const { outcome, pack } = ctx.workflow.decideRule(open.rule, facts);
  if (!open.outcomes.includes(outcome)) throw new UnknownRuleOutcome(open.rule, outcome);
  return { event: { type: "ruled", elementId: open.elementId, outcome }, pack };
}

/** Tasks open after the step that were not open before it. A task that was decided and opened again counts as new. */
export function openedTasks({ before, after }: Step): OpenTask[] {
  const known = new Set(before?.openTasks.map(identity));
  return after.openTasks.filter((task) => !known.has(identity(task)));
}

/** Keys of the tasks that were open before the step and no longer are. */
export function closedKeys({ before, after }: Step): string[] {
  const still = new Set(after.openTasks.map(identity));
  return (before?.openTasks ?? []).filter((task) => !still.has(identity(task))).map((task) => task.key);
}

function identity(task: OpenTask): string {
  return `${task.key}#${task.round}`;
}
