import {
  anything,
  defineModel,
  flag,
  moment,
  number,
  optionalMoment,
  optionalText,
  text,
  texts,
} from "./schema.ts";

/** A title held from a date on; the requirement of 2013–2015 asks for the one held on 1 January (REQ-02). */
export interface TitleHeld {
  series: string | null;
  level: string;
  name: string | null;
  /** ISO date, or null when held since before anything recorded */
  obtainedOn: string | null;
}

/** A unit that the person belonged to, from the first to the last day there: it goes on seeing those years (TRF-10). */
export interface FormerUnit {
  organizationId: string;
  organizationName: string;
  /** that unit and those above it when the person left */
  scopeIds: string[];
  from: string;
  to: string;
}

/** Why a record is closed: 退休, 去世 (PER-11), or 调出省外 (TRF-16). */
export type DeregistrationCase = "retired" | "deceased" | "left-province";

/** A professional (专业技术人员). Hours belong to the person, not the unit (PER-17). */
export interface Person {
  _id: string;
  accountId: string;
  name: string;
  idNumberIndex: string;
  maskedIdNumber: string;
  sex: string;
  birthDate: string;
  nation: string | null;
  nativePlace: string | null;
  education: string | null;
  degree: string | null;
  school: string | null;
  major: string | null;
  organizationId: string;
  organizationName: string;
  regionCode: string;
  industry: string;
  /** own organization and all above it: one multikey index answers "my people and those below" */
  scopeIds: string[];
  departmentId: string | null;
  departmentName: string | null;
  /** today's title; history in `titles` */
  titleSeries: string | null;
  titleLevel: string;
  titleName: string | null;
  titles: TitleHeld[];
  isAccountant: boolean;
  workStartedOn: string | null;
  /** first obligated year (REQ-09) */
  firstYear: number;
  status: "active" | "deregistered";
  importId: string | null;
  registeredAt: Date;
  deregisteredAt: Date | null;
  deregistrationCase: DeregistrationCase | null;
  /** the transfer that is under way: while it is, nothing is declared or applied for (TRF-09, TRF-11) */
  openTransferId: string | null;
  /** oldest first */
  formerUnits: FormerUnit[];
  version: number;
}

export const PersonModel = defineModel<Person>(
  { name: "Person", collection: "people" },
  {
    accountId: text,
    name: text,
    idNumberIndex: text,
    maskedIdNumber: text,
    sex: text,
    birthDate: text,
    nation: optionalText,
    nativePlace: optionalText,
    education: optionalText,
    degree: optionalText,
    school: optionalText,
    major: optionalText,
    organizationId: text,
    organizationName: text,
    regionCode: text,
    industry: text,
    scopeIds: texts,
    departmentId: optionalText,
    departmentName: optionalText,
    titleSeries: optionalText,
    titleLevel: text,
    titleName: optionalText,
    titles: { ...anything, default: [] },
    isAccountant: flag,
    workStartedOn: optionalText,
    firstYear: number,
    status: text,
    importId: optionalText,
    registeredAt: moment,
    deregisteredAt: optionalMoment,
    deregistrationCase: optionalText,
    openTransferId: optionalText,
    formerUnits: { ...anything, default: [] },
  },
  [
    { fields: { idNumberIndex: 1 }, unique: true },
    { fields: { accountId: 1 }, unique: true },
    { fields: { scopeIds: 1, name: 1, _id: 1 } },
    { fields: { scopeIds: 1, titleSeries: 1, name: 1 } },
    { fields: { scopeIds: 1, isAccountant: 1, name: 1 } },
    { fields: { organizationId: 1, name: 1, _id: 1 } },
    // Who is in a department: most people of most units are in none.
    {
      fields: { departmentId: 1, name: 1 },
      partialFilterExpression: { departmentId: { $type: "string" } },
      name: "department",
    },
    { fields: { importId: 1 }, sparse: true },
  ],
);
