import { annualRequirement } from "./annual-requirement.ts";
import { decideOutcome } from "./decide-outcome.ts";
import { determineYear } from "./determine-year.ts";
import { computeHours } from "./evaluate-hours.ts";
import type { RulePacks } from "./load-packs.ts";
import { RuleError } from "./rule-error.ts";
import type { PackRef, TraceStep } from "./trace.ts";

/** What is stored with a decision. */
export interface StoredTrace {
  readonly trace: readonly TraceStep[];
  readonly pack: PackRef;
}

/**
 * Evaluates a stored trace again from the request that it carries. With the pack version it was made by the answer is
 * the same for ever; `isSame` says whether it is.
 * @throws RuleError `trace.version` when the packs at hand are not that version, `trace.invalid` without a request.
 */
export function replayTrace(
  packs: RulePacks,
  stored: StoredTrace,
): { isSame: boolean; trace: readonly TraceStep[] } {
  checkVersions(packs, stored);
  const [request] = stored.trace;
  if (request?.kind !== "request") throw invalid("trace.invalid", "计算过程没有记录原始请求");
  const replay = Object.hasOwn(calls, request.call) ? calls[request.call] : undefined;
  if (replay === undefined) throw invalid("trace.invalid", "计算过程没有记录原始请求");
  const { trace } = replay(packs, request.input as never);
  return { isSame: JSON.stringify(trace) === JSON.stringify(stored.trace), trace };
}

/** The pack of the answer by its hash, and every pack whose rules were used by its version. */
function checkVersions(packs: RulePacks, { pack, trace }: StoredTrace): void {
  const used = trace.flatMap((step) =>
    step.kind === "rule" ? [{ id: step.pack, version: step.version }] : [],
  );
  for (const { id, version } of [pack, ...used]) {
    const known = packs.refs.find((ref) => ref.id === id && ref.version === version);
    if (known === undefined || (id === pack.id && known.sha256 !== pack.sha256))
      throw invalid("trace.version", `缺少规则包 ${id} ${version} 的原版本`);
  }
}

const calls: Readonly<Record<string, (packs: RulePacks, input: never) => { trace: readonly TraceStep[] }>> = {
  hours: (packs, input) => computeHours(packs, input),
  requirement: (packs, input) => annualRequirement(packs, input),
  determine: (packs, input) => determineYear(packs, input),
  outcome: (packs, input: { rule: string; facts: Record<string, unknown> }) =>
    decideOutcome(packs, input.rule, input.facts),
};

function invalid(code: string, message: string): RuleError {
  const messageEn =
    code === "trace.version" ? "The pack version of the trace is not at hand" : "Not a stored trace";
  return new RuleError({ code, message, messageEn, facts: [] });
}
