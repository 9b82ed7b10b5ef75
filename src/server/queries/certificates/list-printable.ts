import { type Certificate, CertificateModel } from "../../../models/certificate.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { PersonYearModel } from "../../../models/person-year.ts";
import type { listPrintable as contract } from "../../../shared/contracts/certificates.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { missingText } from "../../commands/certificates/missing-text.ts";
import { departmentFilter } from "../../permissions/departments.ts";
import { requireModule } from "../../permissions/scope.ts";
import { countedRows, type Page, pageFrom } from "../page.ts";
import { type PersonOfYear, withYears } from "../people/list-people.ts";
import { startsWith } from "../people/people-filter.ts";
import { shownResult } from "../people/shown-result.ts";

/** People of a limited administrator's departments whose years are looked through; a unit has fewer (NFR-01). */
const mostLimitedPeople = 20_000;

type Input = InputOf<typeof contract>;

export interface PrintableRow extends PersonOfYear {
  certificate: Certificate | null;
  reason: string | null;
}

/** 电子证书查询打印: who reached the year's hours, or with `onlyPassed=false` everybody with the reason (QRY-05). */
export async function listPrintable(ctx: CommandContext, input: Input): Promise<Page<PrintableRow>> {
  const actor = requireActor(ctx);
  requireModule(actor, "certificates:print");
  const { people, total } = await (input.onlyPassed === "true"
    ? passed(actor, input)
    : everybody(actor, input));
  const withSums = await withYears(people, input.year);
  const certificates = await CertificateModel.find({
    personId: { $in: people.map((person) => person._id) },
    kind: "single",
    fromYear: input.year,
    status: "valid",
  }).lean();
  const byPerson = new Map(certificates.map((certificate) => [certificate.personId, certificate]));
  const rows: PrintableRow[] = [];
  for (const row of withSums) {
    const reason = await reasonAgainst(ctx, row);
    rows.push({ ...row, certificate: byPerson.get(row.person._id) ?? null, reason });
  }
  return pageFrom(rows, total, input);
}

/** Why there is nothing to print; null where there is. A year before the first obligated one lacks nothing (REQ-09). */
async function reasonAgainst(ctx: CommandContext, row: PersonOfYear): Promise<string | null> {
  const { person, year, personYear } = row;
  switch (shownResult(ctx, row)) {
    case "passed":
    case "passed-by-adjustment":
      return null;
    case "none":
      return "该年度没有学习要求";
    case "failed":
    case "in-progress":
      return await missingText(ctx, person, { year, personYear });
  }
}

interface Found {
  people: Person[];
  total: number;
}

async function passed(actor: Actor, input: Input): Promise<Found> {
  const filter = {
    scopeIds: actor.organizationId,
    year: input.year,
    result: { $in: ["passed", "passed-by-adjustment"] },
    ...(await ofDepartments(actor)),
    ...(input.name === undefined || input.name === "" ? {} : { personName: startsWith(input.name) }),
    ...(input.personId === undefined ? {} : { personId: input.personId }),
  };
  const years = await PersonYearModel.find(filter, { personId: 1 })
    .sort({ personName: 1 })
    .skip((input.page - 1) * input.pageSize)
    .limit(input.pageSize)
    .lean();
  const found = await PersonModel.find({ _id: { $in: years.map((entry) => entry.personId) } })
    .sort({ name: 1 })
    .lean();
  return { people: found, total: await PersonYearModel.countDocuments(filter).limit(countedRows + 1) };
}

/** Years know no departments: of a limited administrator those of his people (ADM-13). */
async function ofDepartments(actor: Actor): Promise<{ $and?: { personId: { $in: string[] } }[] }> {
  if (actor.departmentIds === undefined) return {};
  const own = { organizationId: actor.organizationId, ...departmentFilter(actor) };
  const people = await PersonModel.find(own, { _id: 1 }).limit(mostLimitedPeople).lean();
  return { $and: [{ personId: { $in: people.map(({ _id }) => _id) } }] };
}

async function everybody(actor: Actor, input: Input): Promise<Found> {
  const filter = {
    scopeIds: actor.organizationId,
    ...departmentFilter(actor),
    ...(input.name === undefined || input.name === "" ? {} : { name: startsWith(input.name) }),
    ...(input.personId === undefined ? {} : { _id: input.personId }),
  };
  const people = await PersonModel.find(filter)
    .sort({ name: 1, _id: 1 })
    .skip((input.page - 1) * input.pageSize)
    .limit(input.pageSize)
    .lean();
  return { people, total: await PersonModel.countDocuments(filter).limit(countedRows + 1) };
}
