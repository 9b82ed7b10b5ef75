import { type Account, AccountModel } from "../../../models/account.ts";
import { AuditEventModel } from "../../../models/audit-event.ts";
import type { Organization } from "../../../models/organization.ts";
import type { PeopleImport } from "../../../models/people-import.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import { accountRow } from "../accounts/create-account.ts";
import { firstYearOf } from "../people/first-year.ts";
import { resolveDepartments } from "./resolve-departments.ts";
import type { ParsedPerson } from "./parse-person-row.ts";

/** What became of one row. */
export type RowOutcome =
  | { rowNumber: number; kind: "created" | "updated" }
  | { rowNumber: number; kind: "failed"; reason: string };

export interface ImportChunk {
  run: PeopleImport;
  organization: Organization;
  people: readonly ParsedPerson[];
}

/**
 * Brings one chunk of checked rows into the database, in the transaction of its caller: approved accounts of the
 * importing unit with the last six of the ID as one-use password (IMP-04), nobody who is registered elsewhere
 * (IMP-05). A row imported by an earlier try of the same run counts as created.
 */
export async function importPeopleRows(ctx: CommandContext, chunk: ImportChunk): Promise<RowOutcome[]> {
  const indexed = chunk.people.map((row) => ({ row, index: ctx.app.secrets.blindIndex(row.idNumber) }));
  const indexes = indexed.map(({ index }) => index);
  const people = new Map(
    (await PersonModel.find({ idNumberIndex: { $in: indexes } }).lean()).map((person) => [
      person.idNumberIndex,
      person,
    ]),
  );
  const accounts = new Map(
    (await AccountModel.find({ idNumberIndex: { $in: indexes } }).lean()).map((account) => [
      account.idNumberIndex,
      account,
    ]),
  );
  const departments = await resolveDepartments(ctx, chunk);
  const outcomes: RowOutcome[] = [];
  const created: NewPerson[] = [];
  for (const { row, index } of indexed) {
    const person = people.get(index);
    const departmentId = row.departmentName === null ? null : (departments.get(row.departmentName) ?? null);
    const problem = departmentProblem(row, departments);
    if (problem !== null) outcomes.push({ rowNumber: row.rowNumber, kind: "failed", reason: problem });
    else if (person !== undefined) outcomes.push(await existingPerson(chunk, row, person));
    else {
      created.push({ row, index, departmentId, account: accounts.get(index) });
      outcomes.push({ rowNumber: row.rowNumber, kind: "created" });
    }
  }
  if (!chunk.run.dryRun) await insertPeople(ctx, chunk, created);
  return outcomes;
}

/** Why a row's department cannot be used; null when it can, or none is named (IMP-06, DEP-06). */
function departmentProblem(
  { departmentName }: ParsedPerson,
  departments: ReadonlyMap<string, string | null>,
): string | null {
  if (departmentName === null) return null;
  const id = departments.get(departmentName);
  if (id === undefined) return `所属部门「${departmentName}」不存在`;
  return id === null ? `所属部门「${departmentName}」已禁用` : null;
}

interface NewPerson {
  row: ParsedPerson;
  index: string;
  departmentId: string | null;
  account: Account | undefined;
}

async function existingPerson(chunk: ImportChunk, row: ParsedPerson, person: Person): Promise<RowOutcome> {
  const { rowNumber } = row;
  if (person.organizationId !== chunk.organization._id) {
    return {
      rowNumber,
      kind: "failed",
      reason: `该人员已在${person.organizationName}注册，请通过人员调转转入`,
    };
  }
  if (person.importId === chunk.run._id) return { rowNumber, kind: "created" };
  if (chunk.run.existing === "fail") return { rowNumber, kind: "failed", reason: "该人员已在本单位注册" };
  const empty = emptyFields(row, person);
  if (!chunk.run.dryRun && Object.keys(empty).length > 0) {
    await PersonModel.updateOne(
      { _id: person._id, version: person.version },
      { $set: empty, $inc: { version: 1 } },
    );
  }
  return { rowNumber, kind: "updated" };
}

/** An import fills what is missing and overwrites nothing (IMP-05). */
function emptyFields(row: ParsedPerson, person: Person): Partial<Person> {
  const candidates = {
    nation: row.nation,
    education: row.education,
    degree: row.degree,
    school: row.school,
    major: row.major,
    workStartedOn: row.workStartedOn,
  };
  return Object.fromEntries(
    Object.entries(candidates).filter(
      ([key, value]) => value !== null && person[key as keyof typeof candidates] === null,
    ),
  );
}

async function insertPeople(
  ctx: CommandContext,
  chunk: ImportChunk,
  created: readonly NewPerson[],
): Promise<void> {
  if (created.length === 0) return;
  const accounts: Account[] = [];
  const people: Person[] = [];
  for (const item of created) {
    const account = item.account ?? accountRow(ctx, { ...item.row, landline: null, passwordHash: null });
    if (item.account === undefined) accounts.push(account);
    people.push(newPerson(ctx, chunk, { ...item, account }));
  }
  if (accounts.length > 0) await AccountModel.insertMany(accounts, { lean: true });
  await PersonModel.insertMany(people, { lean: true });
  await AuditEventModel.insertMany(
    people.map((person) => ({
      _id: ctx.newId(),
      type: "person.created",
      at: ctx.clock.now(),
      actorId: chunk.run.operatorAccountId,
      actorName: chunk.run.operatorName,
      organizationId: chunk.organization._id,
      organizationName: chunk.organization.name,
      requestId: ctx.requestId,
      subjectId: person._id,
      data: { organizationId: chunk.organization._id, by: "import" },
      sequence: null,
      hash: null,
      sealed: false,
      version: 0,
    })),
    { lean: true },
  );
}

function newPerson(ctx: CommandContext, chunk: ImportChunk, item: NewPerson & { account: Account }): Person {
  const { row, index, departmentId, account } = item;
  const { organization } = chunk;
  const title = {
    series: row.titleSeries,
    level: row.titleLevel,
    name: row.titleName,
    obtainedOn: row.titleObtainedOn,
  };
  const titles = row.titleLevel === "9" ? [] : [title];
  return {
    ...copied(row),
    _id: ctx.newId(),
    accountId: account._id,
    idNumberIndex: index,
    maskedIdNumber: account.maskedIdNumber,
    nativePlace: null,
    organizationId: organization._id,
    organizationName: organization.name,
    regionCode: organization.regionCode,
    industry: organization.industry,
    scopeIds: [organization._id, ...organization.ancestorIds],
    departmentId,
    titles,
    firstYear: firstYearOf(ctx.app.packs, { ...row, titles, registeredIn: yearOf(ctx.clock.now()) }),
    status: "active",
    importId: chunk.run._id,
    registeredAt: ctx.clock.now(),
    deregisteredAt: null,
    deregistrationCase: null,
    openTransferId: null,
    formerUnits: [],
    version: 0,
  };
}

/** The fields that a person takes over from the row as they are. */
function copied(row: ParsedPerson) {
  const {
    rowNumber: _row,
    idNumber: _id,
    phone: _phone,
    email: _email,
    titleObtainedOn: _on,
    ...fields
  } = row;
  return fields;
}
