import { annualRequirement } from "./annual-requirement.ts";
import { type DetermineAnswer, type DetermineRequest, determineYear } from "./determine-year.ts";
import { evaluateHours, type HoursAnswer, type HoursRequest, type SubjectHours } from "./evaluate-hours.ts";
import type { RulePacks } from "./load-packs.ts";
import type { RuleProblem } from "./rule-error.ts";
import { RuleError } from "./rule-error.ts";

/** Activities that a person thinks of doing in the year. */
export interface WhatIfRequest {
  readonly person: DetermineRequest;
  readonly activities: readonly Omit<HoursRequest, "year" | "requirement">[];
}

export interface WhatIfAnswer {
  readonly before: DetermineAnswer;
  readonly after: DetermineAnswer;
  /** One entry an activity: its hours, or why it gives none. */
  readonly activities: readonly (HoursAnswer | { readonly problem: RuleProblem })[];
}

/**
 * What the year would look like with more activities (PER-15). The forms that credit a whole year take the person's
 * own requirement before proration. Nothing is stored.
 * @throws RuleError when the person's facts are wrong; a wrong activity is a problem in the answer.
 */
export function whatIf(packs: RulePacks, request: WhatIfRequest): WhatIfAnswer {
  const { person } = request;
  const before = determineYear(packs, person);
  const { year, titleLevel, region, sector } = person;
  const requirement = annualRequirement(packs, { year, titleLevel, region, sector: sector ?? null });
  const activities = request.activities.map((activity) =>
    hoursOrProblem(packs, {
      ...activity,
      year,
      requirement: { public: requirement.public, professional: requirement.professional },
    }),
  );
  const credits = activities.reduce(plus, person.credits);
  return { before, after: determineYear(packs, { ...person, credits }), activities };
}

function hoursOrProblem(packs: RulePacks, request: HoursRequest): WhatIfAnswer["activities"][number] {
  try {
    return evaluateHours(packs, request);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    const { code, message, messageEn, facts } = error;
    return { problem: { code, message, messageEn, facts } };
  }
}

function plus(sum: SubjectHours, activity: WhatIfAnswer["activities"][number]): SubjectHours {
  if ("problem" in activity) return sum;
  return {
    public: Math.round((sum.public + activity.hours.public) * 10) / 10,
    professional: Math.round((sum.professional + activity.hours.professional) * 10) / 10,
  };
}
