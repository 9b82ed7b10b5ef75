import type { RequestOf } from "../../src/shared/contracts/endpoint.ts";
import type { submitBaseClass } from "../../src/shared/contracts/base-classes.ts";
import { nextSerial } from "./world.ts";

export type ClassRequest = RequestOf<typeof submitBaseClass>;
export type RosterRow = ClassRequest["roster"][number];

/** A roster's row of a person whose number a test knows. */
export function rosterRow(
  { idNumber, name }: { idNumber: string; name: string },
  given: Partial<RosterRow> = {},
): RosterRow {
  return { idNumber, name, result: "passed", ...given };
}

/** A valid class of five days in March 2026, 24 hours proposed. */
export function classRequest(roster: RosterRow[], given: Partial<ClassRequest> = {}): ClassRequest {
  const mark = nextSerial();
  return {
    year: 2026,
    name: `示例高研班${mark}`,
    classNumber: `GY2026-${mark}`,
    subject: "professional",
    content: "数字技术应用",
    startDate: "2026-03-02",
    endDate: "2026-03-06",
    place: "示例基地一号教室",
    hours: 24,
    roster,
    ...given,
  };
}
