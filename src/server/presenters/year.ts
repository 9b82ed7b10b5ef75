import type { z } from "zod";
import { renderTrace } from "../../rules/render-trace.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import {
  annualResultNames,
  type listYears as contract,
  type yearView,
} from "../../shared/contracts/people.ts";
import type { PersonYears, YearRow } from "../queries/people/list-years.ts";

type View = z.output<typeof yearView>;

/** 年度完成情况, and whether the years shown can be printed as one (CRT-04, CRT-05). */
export function presentYears({ person, years }: PersonYears): ResponseOf<typeof contract> {
  const views = years.map(presentYear);
  const mergeBlocked = views.flatMap(({ blocked }) => blocked ?? []).toReversed();
  return {
    personId: person._id,
    personName: person.name,
    years: views,
    canMerge: views.length > 0 && mergeBlocked.length === 0,
    mergeBlocked,
  };
}

function presentYear({ year, hours, answer, certificateId }: YearRow): View {
  const { result, required, missing } = answer;
  return {
    year,
    hours,
    total: Math.round((hours.public + hours.professional) * 10) / 10,
    required: { ...required },
    missing: { public: missing.public, professional: missing.professional },
    result,
    resultName: annualResultNames[result],
    explanation: renderTrace(answer.trace),
    citations: answer.citations.map(({ title }) => title),
    blocked: blockedText(year, answer),
    certificateId,
  } satisfies View;
}

/** Why a year cannot be printed, with what it lacks; null when it can. */
function blockedText(year: number, { result, missing }: YearRow["answer"]): string | null {
  if (result === "passed" || result === "passed-by-adjustment") return null;
  const lacks = [
    missing.public > 0 ? `公需课还差 ${missing.public} 学时` : "",
    missing.professional > 0 ? `专业课还差 ${missing.professional} 学时` : "",
  ].filter(Boolean);
  const gap = lacks.length === 0 ? `合计还差 ${missing.total} 学时` : lacks.join("、");
  return `${year}年度${annualResultNames[result]}：${gap}`;
}
