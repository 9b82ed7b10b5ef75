import { type CreditEntry, CreditEntryModel } from "../../../models/credit-entry.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import type { YearFacts } from "../../../models/year-facts.ts";
import { importCredits } from "../../../rules/decide-values.ts";
import { isPassed } from "../../../rules/determine-year.ts";
import type { SubjectHours } from "../../../rules/evaluate-hours.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";
import { RuleError } from "../../../rules/rule-error.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { importCreditHistory as contract } from "../../../shared/contracts/imports.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { refreshCertificates } from "../certificates/refresh-certificates.ts";
import { recordAudit } from "../record-audit.ts";
import {
  determined,
  determinedFields,
  type DeterminedPerson,
  ledgerFacts,
  personYearId,
  writtenPart,
} from "./determine-person-year.ts";

type Input = InputOf<typeof contract>;
type Row = Input["rows"][number];

/** A row that can be credited, with its hours. `index` counts from 0 in the request. */
interface GoodRow {
  row: Row;
  index: number;
  person: DeterminedPerson;
  hours: SubjectHours;
  /** the pack that converted credits; null for hours */
  pack: CreditEntry["pack"];
}

export interface HistoryImport {
  imported: number;
  /** `row` counts from 1, as in a spreadsheet */
  problems: { row: number; message: string }[];
}

/**
 * Hours of the former system and finance-confirmed credits enter the ledger (NFR-06, ACC-04): the provincial bureau
 * only; `permission.denied` (403) otherwise. Good rows are credited, each other row has its reason. Credits become
 * hours as the credit-import pack says. A row's title level, region and sector are those that decided its year then, and stay with the year.
 */
export async function importCreditHistory(ctx: CommandContext, input: Input): Promise<HistoryImport> {
  const actor = requireActor(ctx);
  await requireProvincialBureau(actor);
  const people = await peopleOf(ctx, actor, input.rows);
  const known = await knownEntries([...people.values()], input.source);
  const checked = input.rows.map((row, index) => checkRow(ctx, { row, index, people, known }));
  const good = checked.flatMap((result) => ("problem" in result ? [] : [result]));
  const problems = checked.flatMap((result) => ("problem" in result ? [result.problem] : []));
  if (good.length > 0) await credit(ctx, good, input.source);
  await recordAudit(ctx, "credits.history_imported", {
    subjectId: actor.organizationId,
    data: { source: input.source, rows: good.length },
  });
  return { imported: good.length, problems };
}

async function requireProvincialBureau(actor: Actor): Promise<void> {
  requireModule(actor, "credits:import-history");
  const own = await OrganizationModel.findById(actor.organizationId, { kind: 1, regionCode: 1 }).lean();
  if (own?.kind !== "bureau" || !own.regionCode.endsWith("0000")) throw new AppError("permission.denied");
}

/** People by blind index: the ID numbers of the request are never written anywhere. */
async function peopleOf(
  ctx: CommandContext,
  actor: Actor,
  rows: readonly Row[],
): Promise<Map<string, DeterminedPerson>> {
  const indexes = new Map(rows.map(({ idNumber }) => [ctx.app.secrets.blindIndex(idNumber), idNumber]));
  const found = await PersonModel.find(
    { idNumberIndex: { $in: [...indexes.keys()] } },
    { ...determinedFields, idNumberIndex: 1 },
  ).lean<(DeterminedPerson & { idNumberIndex: string })[]>();
  const inScope = found.filter(({ scopeIds }) => scopeIds.includes(actor.organizationId));
  return new Map(inScope.map((person) => [indexes.get(person.idNumberIndex) ?? "", person]));
}

/** What this source has already brought: a file that is sent twice credits once. */
async function knownEntries(people: readonly DeterminedPerson[], source: string): Promise<Set<string>> {
  const entries = await CreditEntryModel.find(
    { personId: { $in: people.map(({ _id }) => _id) }, source: "history", sourceName: source },
    { personId: 1, year: 1, title: 1 },
  ).lean();
  return new Set(entries.map(({ personId, year, title }) => entryKey(personId, year, title)));
}

function entryKey(personId: string, year: number, title: string): string {
  return `${personId}|${year}|${title}`;
}

function checkRow(
  ctx: CommandContext,
  about: { row: Row; index: number; people: ReadonlyMap<string, DeterminedPerson>; known: Set<string> },
): GoodRow | { problem: HistoryImport["problems"][number] } {
  const { row, index, people, known } = about;
  const person = people.get(row.idNumber);
  const message = problemOf(ctx, row, { person, known });
  if (message !== null || person === undefined)
    return { problem: { row: index + 1, message: message ?? "" } };
  const converted = convert(ctx.app.packs, row);
  if ("problem" in converted) return { problem: { row: index + 1, message: converted.problem } };
  known.add(entryKey(person._id, row.year, row.title));
  return { row, index, person, ...converted };
}

/** The hours of a row: as they are, or by the pack from an accountant's credits. */
function convert(packs: RulePacks, row: Row): Pick<GoodRow, "hours" | "pack"> | { problem: string } {
  const { credits, year, creditsYear } = row;
  if (credits === undefined)
    return { hours: { public: row.public, professional: row.professional }, pack: null };
  try {
    const { trace: _, ...hours } = importCredits(packs, {
      year,
      credits,
      confirmedYear: creditsYear ?? year,
    });
    const { id, version } = packs.of["credit-import"].ref;
    return { hours, pack: { id, version } };
  } catch (error) {
    if (error instanceof RuleError) return { problem: error.message };
    throw error;
  }
}

function problemOf(
  ctx: CommandContext,
  row: Row,
  { person, known }: { person: DeterminedPerson | undefined; known: ReadonlySet<string> },
): string | null {
  const now = ctx.clock.now();
  if (person === undefined) return "没有查到该身份证号码的专业技术人员";
  if (row.year > yearOf(now)) return `${row.year}年度尚未开始`;
  const unclear = row.credits === undefined ? hoursProblem(row) : creditsProblem(row, person);
  if (unclear !== null) return unclear;
  if (row.creditedOn !== undefined && row.creditedOn > isoDate(now)) return "认定日期不能晚于今天";
  if (known.has(entryKey(person._id, row.year, row.title))) return "该来源的同一记录已导入";
  return null;
}

function hoursProblem(row: Row): string | null {
  if (row.creditsYear !== undefined) return "学分所属年度只能与学分一起填写";
  return row.public + row.professional <= 0 ? "公需、专业学时不能都为0" : null;
}

function creditsProblem(row: Row, { isAccountant }: DeterminedPerson): string | null {
  if (row.public + row.professional > 0) return "学分和学时不能同时填写";
  return isAccountant ? null : "只有会计人员有财政部门确认的学分";
}

async function credit(ctx: CommandContext, rows: readonly GoodRow[], source: string): Promise<void> {
  const ids = rows.map(({ row, person }) => personYearId(person._id, row.year));
  const stored = await PersonYearModel.find({ _id: { $in: ids } }).lean<PersonYear[]>();
  const years = new Map(stored.map((year) => [year._id, year]));
  const before = new Map(years);
  for (const { row, person, hours } of rows) {
    const key = personYearId(person._id, row.year);
    const change = {
      year: row.year,
      before: years.get(key) ?? null,
      added: hours,
      facts: factsOf(row),
    };
    years.set(key, determined(ctx, person, change));
  }
  // Several rows of one year all carry what decided it in the end.
  const entries = rows.flatMap((good) => entriesOf(ctx, good, { source, years }));
  await CreditEntryModel.insertMany(entries, { lean: true });
  const changed = [...new Set(ids)].flatMap((id) => years.get(id) ?? []);
  await writeYears(changed);
  for (const { _id, personId, year } of changed) {
    if (isPassed(before.get(_id)?.result ?? "")) await refreshCertificates(ctx, personId, year);
  }
}

function factsOf({ titleLevel, regionCode, sector }: Row): Partial<YearFacts> {
  return {
    ...(sector === undefined ? {} : { sector }),
    ...(titleLevel === undefined ? {} : { titleLevel }),
    ...(regionCode === undefined ? {} : { regionCode }),
  };
}

async function writeYears(years: readonly PersonYear[]): Promise<void> {
  await PersonYearModel.bulkWrite(
    years.map((year) => ({
      updateOne: {
        filter: { _id: year._id },
        update: { $set: writtenPart(year), $inc: { version: 1 } },
        upsert: true,
      },
    })),
  );
}

function entriesOf(
  ctx: CommandContext,
  { row, person, hours, pack }: GoodRow,
  { source, years }: { source: string; years: ReadonlyMap<string, PersonYear> },
): CreditEntry[] {
  const decided = years.get(personYearId(person._id, row.year));
  const yearFacts = decided === undefined ? null : ledgerFacts(decided);
  const creditedAt = row.creditedOn === undefined ? ctx.clock.now() : new Date(`${row.creditedOn}T00:00:00Z`);
  return (["public", "professional"] as const)
    .filter((subject) => hours[subject] > 0)
    .map((subject) => ({
      _id: ctx.newId(),
      personId: person._id,
      year: row.year,
      subject,
      hours: hours[subject],
      title: row.title,
      form: null,
      source: "history",
      sourceName: source,
      declarationId: null,
      reversedEntryId: null,
      period: null,
      provider: null,
      pack,
      yearFacts,
      creditedAt,
      version: 0,
    }));
}
