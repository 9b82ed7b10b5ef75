import { citationsOf } from "../../rules/trace.ts";
import { renderTrace } from "../../rules/render-trace.ts";
import { declarationStatusNames } from "../../shared/contracts/declarations.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import { annualResultNames } from "../../shared/contracts/people.ts";
import type { getNumberTrace as contract } from "../../shared/contracts/policies.ts";
import type { NumberTrace } from "../queries/policies/get-number-trace.ts";

type View = ResponseOf<typeof contract>;

/** A number, its steps and clauses, and whether it could be computed again. */
export function presentNumberTrace(number: NumberTrace): View {
  const { kind, id, subject, trace, pack, reproduced, reproductionNote, entries } = number;
  return {
    kind,
    id,
    personName: subject.personName,
    organizationName: subject.organizationName,
    year: subject.year,
    ...shown(subject),
    explanation: renderTrace(trace),
    steps: [...trace],
    citations: [...new Set(citationsOf(trace).map(({ title }) => title))],
    pack,
    reproduced,
    reproductionNote,
    entries: entries.map(({ _id, subject: of, hours, title, source, creditedAt }) => ({
      id: _id,
      subject: of,
      hours,
      title,
      source,
      creditedAt: creditedAt.toISOString(),
    })),
  };
}

function shown(subject: NumberTrace["subject"]): Pick<View, "hours" | "result"> {
  if ("facts" in subject)
    return { hours: { ...subject.hours }, result: declarationStatusNames[subject.status] };
  const { result } = subject;
  const name = Object.entries(annualResultNames).find(([key]) => key === result)?.[1];
  return {
    hours: { public: subject.public, professional: subject.professional },
    result: name ?? result,
  };
}
