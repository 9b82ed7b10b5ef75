import type { CreditEntry } from "../../models/credit-entry.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import {
  annualResultNames,
  type getPerson,
  type listLearningRecords,
  type listPeople,
} from "../../shared/contracts/people.ts";
import type { listPrintable } from "../../shared/contracts/certificates.ts";
import { isoDate } from "../../shared/dates.ts";
import { nameOf } from "../../shared/dictionaries/entry.ts";
import { nations, sexes } from "../../shared/dictionaries/people.ts";
import { regionPath } from "../../shared/dictionaries/regions.ts";
import { titleLevels, titleSeries } from "../../shared/dictionaries/titles.ts";
import type { CommandContext } from "../command-context.ts";
import type { PrintableRow } from "../queries/certificates/list-printable.ts";
import type { Page } from "../queries/page.ts";
import type { PersonOfYear } from "../queries/people/list-people.ts";
import { shownResult } from "../queries/people/shown-result.ts";
import { presentCertificate } from "./certificate.ts";

const subjectNames = { public: "公需科目", professional: "专业科目" } as const;

type PersonRow = ResponseOf<typeof listPeople>["rows"][number];

export function presentPersonRow(row: PersonOfYear, ctx: CommandContext): PersonRow {
  const { person, personYear } = row;
  const result = shownResult(ctx, row);
  return {
    id: person._id,
    name: person.name,
    maskedIdNumber: person.maskedIdNumber,
    sexName: nameOf(sexes, person.sex),
    organizationId: person.organizationId,
    organizationName: person.organizationName,
    departmentName: person.departmentName,
    departmentDisabled: row.departmentDisabled,
    titleSeriesName: person.titleSeries === null ? null : nameOf(titleSeries, person.titleSeries),
    titleLevel: person.titleLevel,
    titleLevelName: nameOf(titleLevels, person.titleLevel),
    titleName: person.titleName,
    isAccountant: person.isAccountant,
    status: person.status,
    year: row.year,
    hours: { public: personYear?.public ?? 0, professional: personYear?.professional ?? 0 },
    result,
    resultName: annualResultNames[result],
  };
}

export function presentPeoplePage(
  page: Page<PersonOfYear>,
  ctx: CommandContext,
): ResponseOf<typeof listPeople> {
  return { ...page, rows: page.rows.map((row) => presentPersonRow(row, ctx)) };
}

export function presentFoundPerson(
  row: PersonOfYear | null,
  ctx: CommandContext,
): { person: PersonRow | null } {
  return { person: row === null ? null : presentPersonRow(row, ctx) };
}

export function presentPerson(
  row: PersonOfYear & { maskedPhone: string | null },
  ctx: CommandContext,
): ResponseOf<typeof getPerson> {
  const { person } = row;
  return {
    ...presentPersonRow(row, ctx),
    maskedPhone: row.maskedPhone,
    birthDate: person.birthDate,
    nationName: person.nation === null ? null : nameOf(nations, person.nation),
    nativePlace: person.nativePlace,
    school: person.school,
    major: person.major,
    regionPath: regionPath(person.regionCode),
    registeredOn: isoDate(person.registeredAt),
  };
}

function presentCreditEntry(entry: CreditEntry): ResponseOf<typeof listLearningRecords>["rows"][number] {
  return {
    id: entry._id,
    year: entry.year,
    subject: entry.subject,
    subjectName: subjectNames[entry.subject],
    hours: entry.hours,
    title: entry.title,
    sourceName: entry.sourceName,
    form: entry.form,
    creditedAt: entry.creditedAt.toISOString(),
    declarationId: entry.declarationId,
    reversal: entry.source === "reversal",
  };
}

export function presentLearningRecords(page: Page<CreditEntry>): ResponseOf<typeof listLearningRecords> {
  return { ...page, rows: page.rows.map(presentCreditEntry) };
}

export function presentPrintable(
  page: Page<PrintableRow>,
  ctx: CommandContext,
): ResponseOf<typeof listPrintable> {
  const rows = page.rows.map((row) => {
    const { id, name, maskedIdNumber, organizationName, year, hours, result, resultName } = presentPersonRow(
      row,
      ctx,
    );
    return {
      personId: id,
      personName: name,
      maskedIdNumber,
      organizationName,
      year,
      hours,
      result,
      resultName,
      printable: row.reason === null,
      reason: row.reason,
      certificate: row.certificate === null ? null : presentCertificate(row.certificate),
    };
  });
  return { ...page, rows };
}
