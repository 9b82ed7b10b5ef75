import type { AddWorkdays } from "../assignment/working-days.ts";
import type { DefinitionSource } from "./definitions.ts";
import type { HolderLookup } from "./holders.ts";
import type { PositionMemo } from "./memo.ts";

/** What a rule pack answered to a business rule task: one of the declared outcomes, and how it came about. */
export interface RuleAnswer {
  readonly outcome: string;
  /** The pack version that answered, kept with the event: the same facts give the same trace again. */
  readonly pack?: string;
}

/** The workflow room of a running server: made once, shared by all requests. */
export interface WorkflowRuntime {
  readonly definitions: DefinitionSource;
  readonly memo: PositionMemo;
  /** Answers a business rule task by name (`decideOutcome` of the rule packs, in production). */
  readonly decideRule: (rule: string, facts: Readonly<Record<string, unknown>>) => RuleAnswer;
  /** When the time of a step ends (FLW-11; by the calendar pack, in production). */
  readonly addWorkdays: AddWorkdays;
  /** An organization and those above it but the root: who inspects what it starts. Absent in the room's own tests. */
  readonly scopeOf?: (organizationId: string) => Promise<readonly string[]>;
  /** What is known of an organization that is to do a task of a module, now. Absent in the room's own tests. */
  readonly holderRule?: HolderLookup;
}

/** What the store needs of its caller's command context. The transaction travels in Mongoose's async storage. */
export interface WorkflowContext {
  readonly clock: { now(): Date };
  newId(): string;
  readonly workflow: WorkflowRuntime;
}
