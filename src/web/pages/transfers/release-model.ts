import type { RequestOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type { releasePeople } from "../../../shared/contracts/transfers.ts";
import { csvRow } from "../../components/print.ts";
import type { PersonRow } from "../declarations/people-picker.tsx";
import { transferLabels, transferRequestOf, type TransferValues } from "./transfer-model.ts";

/** How many people one 人员调出 takes. */
export const mostReleased = 200;

/** One person who is to be released, with what is shown of him (TRF-04). */
export type ReleasedPerson = Pick<
  PersonRow,
  "id" | "name" | "maskedIdNumber" | "departmentName" | "titleLevelName" | "isAccountant"
>;

export interface ReleaseValues extends TransferValues {
  people?: ReleasedPerson[];
}

export const releaseLabels = { people: "调出人员", ...transferLabels } as const;

export function releasedPerson(row: PersonRow): ReleasedPerson {
  const { id, name, maskedIdNumber, departmentName, titleLevelName, isAccountant } = row;
  return { id, name, maskedIdNumber, departmentName, titleLevelName, isAccountant };
}

/** What is sent: the form's rules have made sure that nothing that must be there is missing. */
export function releaseRequestOf({ people = [], ...values }: ReleaseValues): RequestOf<typeof releasePeople> {
  return { ...transferRequestOf(values), personIds: people.map(({ id }) => id) };
}

type Answer = ResponseOf<typeof releasePeople>;

/** The people that were sent, each with what came of it (AUD-09). */
export interface ReleaseOutcome {
  values: ReleaseValues;
  succeeded: number;
  failed: number;
  rows: readonly (ReleasedPerson & Answer["results"][number])[];
}

export function outcomeOf(values: ReleaseValues, { succeeded, failed, results }: Answer): ReleaseOutcome {
  const people = new Map((values.people ?? []).map((person) => [person.id, person]));
  const rows = results.flatMap((result) => {
    const person = people.get(result.personId);
    return person === undefined ? [] : [{ ...person, ...result }];
  });
  return { values, succeeded, failed, rows };
}

/** The same application once more, for those whom it failed for. */
export function retryOf({ values, rows }: ReleaseOutcome): ReleaseValues {
  const failed = new Set(rows.filter(({ ok }) => !ok).map(({ id }) => id));
  return { ...values, people: (values.people ?? []).filter(({ id }) => failed.has(id)) };
}

/** The failed rows as a CSV that no spreadsheet takes for formulas (convention 11, IMP-09). */
export function failedReleasesCsv({ rows }: ReleaseOutcome): string {
  const failed = rows.filter(({ ok }) => !ok);
  return [
    csvRow(["姓名", "身份证号码", "失败原因"]),
    ...failed.map(({ name, maskedIdNumber, message }) => csvRow([name, maskedIdNumber, message])),
  ].join("\r\n");
}
