import { anything, defineModel, flag, moment, number, optionalMoment, optionalText, text } from "./schema.ts";

/** One batch import of people: its file, progress and outcome (IMP-07, IMP-08). */
export interface PeopleImport {
  _id: string;
  organizationId: string;
  operatorAccountId: string;
  operatorName: string;
  fileId: string;
  fileName: string;
  dryRun: boolean;
  existing: "fail" | "fill-empty";
  createDepartments: boolean;
  status: "queued" | "running" | "finished" | "failed";
  totalRows: number;
  processedRows: number;
  createdRows: number;
  updatedRows: number;
  failedRows: number;
  problem: string | null;
  errorFileId: string | null;
  sample: { rowNumber: number; name: string; reason: string }[];
  startedAt: Date;
  finishedAt: Date | null;
  version: number;
}

export const PeopleImportModel = defineModel<PeopleImport>(
  { name: "PeopleImport", collection: "people-imports" },
  {
    organizationId: text,
    operatorAccountId: text,
    operatorName: text,
    fileId: text,
    fileName: text,
    dryRun: flag,
    existing: text,
    createDepartments: flag,
    status: text,
    totalRows: number,
    processedRows: number,
    createdRows: number,
    updatedRows: number,
    failedRows: number,
    problem: optionalText,
    errorFileId: optionalText,
    sample: { ...anything, default: [] },
    startedAt: moment,
    finishedAt: optionalMoment,
  },
  [
    { fields: { organizationId: 1, startedAt: -1 } },
    {
      fields: { organizationId: 1 },
      unique: true,
      partialFilterExpression: { status: { $in: ["queued", "running"] } },
      name: "one_running_import",
    },
  ],
);
