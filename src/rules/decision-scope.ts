import type { Question } from "./decide.ts";
import type { Scope } from "./expression.ts";
import type { Fields } from "./facts.ts";
import { RuleError } from "./rule-error.ts";
import { isInSet, lookUp } from "./tables.ts";
import type { Citation, Scalar, TraceStep } from "./trace.ts";

/** What the expressions of one decision reach. It notes the table cells that it was asked for. */
export class DecisionScope implements Scope {
  readonly steps: TraceStep[] = [];
  readonly citations: Citation[] = [];
  readonly #question: Question;
  readonly #values: Record<string, Scalar>;
  readonly #fields: Fields;

  constructor(question: Question, values: Record<string, Scalar>, fields: Fields) {
    this.#question = question;
    this.#values = values;
    this.#fields = fields;
  }

  value(name: string): Scalar | undefined {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  /** Names a computed value. */
  set(name: string, value: Scalar): void {
    this.#values[name] = value;
  }

  requirement(subject: "public" | "professional"): number {
    const { requirement } = this.#question;
    if (requirement !== undefined) return requirement[subject];
    throw new RuleError({
      code: "fact.missing",
      message: "该学习形式按全年学时要求计算，缺少“年度学时要求”（requirement）",
      messageEn: "This form credits a whole year. Missing: requirement",
      facts: ["requirement"],
    });
  }

  table(name: string, keys: readonly Scalar[]): number {
    const { pack, year } = this.#question;
    const step = lookUp(pack.pack, { name, keys, year, fields: this.#fields });
    this.steps.push(step);
    this.citations.push(step.citation);
    return step.value;
  }

  inSet(name: string, code: string): boolean {
    const { pack, year } = this.#question;
    return isInSet(pack.pack, { name, code, year });
  }
}
