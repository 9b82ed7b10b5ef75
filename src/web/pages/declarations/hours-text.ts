import { hoursText } from "../../components/dates.ts";

export interface Hours {
  public: number;
  professional: number;
}

export const subjectNames = { public: "公需科目", professional: "专业科目" } as const;

/** 「专业 24 学时」, 「公需 30 · 专业 60 学时」; nothing at all is 「0 学时」. */
export function creditsText(hours: Hours): string {
  const parts: string[] = [];
  if (hours.public !== 0) parts.push(`公需 ${hoursText(hours.public)}`);
  if (hours.professional !== 0) parts.push(`专业 ${hoursText(hours.professional)}`);
  return parts.length === 0 ? "0 学时" : `${parts.join(" · ")} 学时`;
}

export function sameHours(one: Hours, other: Hours): boolean {
  return one.public === other.public && one.professional === other.professional;
}
