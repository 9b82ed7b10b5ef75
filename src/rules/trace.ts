/** A plain value of a fact or a result. */
export type Scalar = number | string | boolean;

/** Plain JSON, as it is stored with a decision. */
export type Json = Scalar | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Where a number comes from: document, clause and, if short, its words. */
export interface Citation {
  readonly key: string;
  /** How the clause is named to a user: 「学时折算标准（四）」. */
  readonly title: string;
  readonly document: string;
  readonly clause: string;
  readonly text?: string;
}

/** Which pack answered: stored with every decision, so that it can be repeated. */
export interface PackRef {
  readonly id: string;
  readonly version: string;
  readonly sha256: string;
}

/** One comparison of a rule and how it came out. */
export interface ConditionTrace {
  readonly fact: string;
  readonly title: string;
  readonly operator: string;
  readonly value: Json;
  readonly actual: Json;
  readonly result: boolean;
}

/** The named function and its input: with the pack's version all that is needed to repeat the answer. */
export interface RequestStep {
  readonly kind: "request";
  readonly call: string;
  readonly input: Json;
}

export interface RuleStep {
  readonly kind: "rule";
  readonly pack: string;
  readonly version: string;
  readonly decision: string;
  readonly rule: string;
  readonly conditions: readonly ConditionTrace[];
  readonly citation: Citation;
}

export interface TableStep {
  readonly kind: "table";
  readonly table: string;
  readonly title: string;
  readonly unit: string;
  readonly keys: readonly Scalar[];
  readonly from: number;
  readonly to: number | null;
  readonly value: number;
  readonly citation: Citation;
}

export interface ValueStep {
  readonly kind: "value";
  readonly name: string;
  readonly value: Scalar;
}

/** A sentence that states (a part of) the answer, with the clauses it rests on. */
export interface ResultStep {
  readonly kind: "result";
  readonly text: string;
  readonly citations: readonly Citation[];
}

export type TraceStep = RequestStep | RuleStep | TableStep | ValueStep | ResultStep;

/** The citations of a trace, each once, in order of use. */
export function citationsOf(trace: readonly TraceStep[]): Citation[] {
  const found: Citation[] = [];
  for (const step of trace) {
    if (step.kind === "rule" || step.kind === "table") addOnce(found, step.citation);
    if (step.kind === "result") for (const citation of step.citations) addOnce(found, citation);
  }
  return found;
}

/** A trace cites a handful of clauses: comparing them costs less than keys made of their names. */
function addOnce(found: Citation[], citation: Citation): void {
  for (const one of found) if (one === citation || isSame(one, citation)) return;
  found.push(citation);
}

function isSame(one: Citation, other: Citation): boolean {
  return one.key === other.key && one.clause === other.clause && one.document === other.document;
}
