import { DeclarationModel } from "../../../models/declaration.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { duplicateKeys } from "../../../rules/duplicate-key.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { checkClassRoster as contract } from "../../../shared/contracts/base-classes.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { isoDate } from "../../../shared/dates.ts";
import { identityNumberProblem, normalizeIdentityNumber } from "../../../shared/identity-number.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { limitRate } from "../limit-rate.ts";
import { classForm } from "./base-class.ts";

/** One line of a roster; `row`: its number in the file that it came from, else its place in the list. */
export type RosterRow = InputOf<typeof contract>["roster"][number];
type Roster = readonly (RosterRow & { row?: number })[];
type RosterPerson = Pick<Person, "_id" | "accountId" | "name" | "maskedIdNumber" | "idNumberIndex">;

/** The class whose roster it is, as far as duplicates go. */
export interface RosterClass {
  year: number;
  name: string;
  classNumber: string;
  baseName: string;
}

/** A row that cannot be taken (of a list from 1), and why. */
export interface RosterProblem {
  row: number;
  code: string;
  message: string;
}

/** A row that can: whom it means. */
export interface RosterMatch {
  row: number;
  person: Pick<Person, "_id" | "accountId" | "name" | "maskedIdNumber">;
  result: RosterRow["result"];
}

/** A base that asks more often than it can have classes is guessing. */
const checksAnHour = 60;

/**
 * Finds the people of a roster by ID number and name; every row that cannot be taken is reported at once (BAS-05).
 * An unknown number and a wrong name get the same answer, so that nobody learns from it whose number it is. Who has
 * declared the same class himself is reported too (BAS-04). Errors: `request.too_many` (429).
 */
export async function matchRoster(
  ctx: CommandContext,
  about: RosterClass,
  roster: Roster,
): Promise<{ matches: RosterMatch[]; problems: RosterProblem[] }> {
  const key = requireActor(ctx).organizationId;
  await limitRate(ctx, { action: "class-roster", key, limit: checksAnHour, windowSeconds: 3600 });
  const { rows, problems } = readableRows(roster, isoDate(ctx.clock.now()));
  const people = await findPeople(
    ctx,
    rows.map(({ idNumber }) => idNumber),
  );
  const matches: RosterMatch[] = [];
  for (const { row, idNumber, name, result } of rows) {
    const person = people.get(ctx.app.secrets.blindIndex(idNumber));
    if (person === undefined || sameName(person.name) !== sameName(name))
      problems.push({ row, code: "roster.unknown", message: "身份证号码与姓名不符，或该人员尚未在平台注册" });
    else matches.push({ row, person, result });
  }
  const declared = await declaredAlready(ctx, about, matches);
  for (const { row, person } of matches) {
    if (declared.has(person._id))
      problems.push({ row, code: "roster.declared", message: "该学员的同一培训班已有申报，不能重复上报" });
  }
  return {
    matches: matches.filter(({ person }) => !declared.has(person._id)),
    problems: problems.toSorted((a, b) => a.row - b.row),
  };
}

/** Refuses a roster with problems: `class.roster_invalid` (400), each at its row. */
export function requireWholeRoster(problems: readonly RosterProblem[]): void {
  if (problems.length === 0) return;
  throw new AppError("class.roster_invalid", {
    count: problems.length,
    problems: problems.map(({ row, message }) => ({ path: `body.roster.${row - 1}`, message })),
  });
}

function readableRows(roster: Roster, today: string) {
  const problems: RosterProblem[] = [];
  const seen = new Map<string, number>();
  const rows = roster.flatMap(({ idNumber: written, name, result, row: rowNumber }, index) => {
    const row = rowNumber ?? index + 1;
    const idNumber = normalizeIdentityNumber(written);
    const wrong = identityNumberProblem(idNumber, today);
    const earlier = seen.get(idNumber);
    if (wrong !== null) problems.push({ row, code: "roster.number_invalid", message: wrong });
    else if (earlier !== undefined)
      problems.push({ row, code: "roster.repeated", message: `与第${earlier}行身份证号码重复` });
    else {
      seen.set(idNumber, row);
      return [{ row, idNumber, name, result }];
    }
    return [];
  });
  return { rows, problems };
}

/** People by the index of their number. */
async function findPeople(
  ctx: CommandContext,
  idNumbers: readonly string[],
): Promise<Map<string, RosterPerson>> {
  const indexes = idNumbers.map((idNumber) => ctx.app.secrets.blindIndex(idNumber));
  const people = await PersonModel.find(
    { idNumberIndex: { $in: indexes }, status: "active" },
    { accountId: 1, name: 1, maskedIdNumber: 1, idNumberIndex: 1 },
  ).lean<RosterPerson[]>();
  return new Map(people.map((person) => [person.idNumberIndex, person]));
}

/** Spaces and the kinds of dot between the parts of a name do not tell people apart. */
function sameName(name: string): string {
  return name.normalize("NFKC").replace(/[\s·•・.]/gu, "");
}

async function declaredAlready(
  ctx: CommandContext,
  about: RosterClass,
  matches: readonly RosterMatch[],
): Promise<Set<string>> {
  const passed = matches.filter(({ result }) => result === "passed").map(({ person }) => person._id);
  const keys = passed.flatMap((personId) => classKeys(ctx, about, personId));
  if (keys.length === 0) return new Set();
  const found = await DeclarationModel.find(
    {
      personId: { $in: passed },
      duplicateKeys: { $in: keys },
      status: { $in: ["pending", "approved", "rejected"] },
    },
    { personId: 1 },
  ).lean();
  return new Set(found.map(({ personId }) => personId));
}

/** What makes another declaration of a person the same class (BAS-04, DEC-13). */
function classKeys(ctx: CommandContext, about: RosterClass, personId: string): string[] {
  const { year, name, classNumber, baseName } = about;
  const facts = { classNumber, baseName, className: name };
  return duplicateKeys(ctx.app.packs, { form: classForm, year, facts, personId });
}
