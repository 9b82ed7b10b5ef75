/** Why a rule gave no answer: a code for programs, the facts concerned, and the reason in Chinese and English. */
export interface RuleProblem {
  readonly code: string;
  /** Shown to users, Chinese. */
  readonly message: string;
  readonly messageEn: string;
  /** Names of the facts that are missing, unknown, mistyped or outside of the rule. */
  readonly facts: readonly string[];
}

/** The only error that `src/rules` throws on purpose: the request cannot be answered by the packs. */
export class RuleError extends Error implements RuleProblem {
  readonly code: string;
  readonly messageEn: string;
  readonly facts: readonly string[];

  constructor(problem: RuleProblem) {
    super(problem.message);
    this.name = "RuleError";
    this.code = problem.code;
    this.messageEn = problem.messageEn;
    this.facts = problem.facts;
  }
}
