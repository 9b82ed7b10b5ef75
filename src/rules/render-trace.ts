import type { ResultStep, TraceStep } from "./trace.ts";

/**
 * The trace in one Chinese sentence per result:
 * 「国家部委学术会议 3 天 × 6 + 宣读 6 = 24 学时，依据：学时折算标准（四）」 (CNV-21).
 */
export function renderTrace(trace: readonly TraceStep[]): string {
  return trace
    .filter((step) => step.kind === "result")
    .map(renderResult)
    .join("；");
}

function renderResult(step: ResultStep): string {
  const titles = [...new Set(step.citations.map((citation) => citation.title))];
  return titles.length === 0 ? step.text : `${step.text}，依据：${titles.join("、")}`;
}
