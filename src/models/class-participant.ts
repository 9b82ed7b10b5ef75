import { defineModel, number, optionalText, text } from "./schema.ts";

export type ClassParticipantStatus = "not-passed" | "waiting" | "declared" | "failed";

/**
 * One row of the roster that a base reported (BAS-03). The work list of the job that declares the hours of a confirmed
 * class: a row that is `declared` is never declared again, whichever node goes on after a crash.
 */
export interface ClassParticipant {
  /** `<applicationId>-<personId>` */
  _id: string;
  applicationId: string;
  personId: string;
  personName: string;
  maskedIdNumber: string;
  /** place in the roster, from 1 */
  row: number;
  result: "passed" | "failed";
  status: ClassParticipantStatus;
  /** why no declaration came of it */
  problem: string | null;
  declarationId: string | null;
  version: number;
}

export const ClassParticipantModel = defineModel<ClassParticipant>(
  { name: "ClassParticipant", collection: "class-participants" },
  {
    applicationId: text,
    personId: text,
    personName: text,
    maskedIdNumber: text,
    row: number,
    result: text,
    status: text,
    problem: optionalText,
    declarationId: optionalText,
  },
  [{ fields: { applicationId: 1, status: 1, row: 1 } }, { fields: { applicationId: 1, row: 1 } }],
);
