import { dayNumber, daysInclusive, wholeMonths } from "./calendar-days.ts";
import type { DeclarationRequest } from "./check-declaration.ts";
import type { RuleProblem } from "./rule-error.ts";

/**
 * Days and months that are entered must fit into the dates that are entered (CNV-06: days ≤ end − start + 1), counted
 * only up to today.
 */
export function checkPeriod(request: DeclarationRequest): RuleProblem[] {
  const { startDate, facts, today } = request;
  const endDate = dayNumber(request.endDate) > dayNumber(today) ? today : request.endDate;
  return [
    ...tooMany(facts["days"], { fact: "days", most: daysInclusive(startDate, endDate), unit: "天" }),
    ...tooMany(facts["months"], { fact: "months", most: wholeMonths(startDate, endDate), unit: "个月" }),
  ];
}

function tooMany(value: unknown, limit: { fact: string; most: number; unit: string }): RuleProblem[] {
  if (typeof value !== "number" || Math.floor(value) <= Math.max(0, limit.most)) return [];
  const most = Math.max(0, limit.most);
  return [
    {
      code: "declaration.longer_than_period",
      message: `填写的 ${value} ${limit.unit}超过起止日期之间（截至今天）的 ${most} ${limit.unit}`,
      messageEn: `${limit.fact} ${value} exceeds the ${most} between start and end`,
      facts: [limit.fact],
    },
  ];
}
