import { DepartmentModel } from "../../../models/department.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listPeople as contract } from "../../../shared/contracts/people.ts";
import { yearOf } from "../../../shared/dates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { departmentFilter } from "../../permissions/departments.ts";
import { requireModule } from "../../permissions/scope.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";
import { shownResult } from "./shown-result.ts";
import { scopeFilter, startsWith } from "./people-filter.ts";

/** A result filter looks at people one batch at a time; beyond this many it stops and says so. */
const scanLimit = 20_000;
const batchSize = 500;

export interface PersonOfYear {
  person: Person;
  personYear: PersonYear | null;
  year: number;
  /** the person's department can no longer be chosen (DEP-06) */
  departmentDisabled: boolean;
}

type Input = InputOf<typeof contract>;

/** 专技人员信息查询: own unit and those below, with the sums of one year (QRY-01, QRY-02). */
export async function listPeople(ctx: CommandContext, input: Input): Promise<Page<PersonOfYear>> {
  const actor = requireActor(ctx);
  requireModule(actor, "people:query");
  const year = input.year ?? yearOf(ctx.clock.now());
  const filter = {
    ...(await scopeFilter(actor, input)),
    ...personFilter(input),
    ...departmentFilter(actor, input.departmentId),
  };
  return input.result === undefined
    ? pageOfPeople(filter, input, year)
    : pageByResult(ctx, filter, { ...input, year });
}

function personFilter(input: Input): Record<string, unknown> {
  return {
    ...(input.name === undefined || input.name === "" ? {} : { name: startsWith(input.name) }),
    ...(input.titleSeries === undefined ? {} : { titleSeries: input.titleSeries }),
    ...(input.titleLevel === undefined ? {} : { titleLevel: input.titleLevel }),
    ...(input.isAccountant === undefined ? {} : { isAccountant: input.isAccountant === "true" }),
  };
}

async function pageOfPeople(
  filter: Record<string, unknown>,
  input: Input,
  year: number,
): Promise<Page<PersonOfYear>> {
  const { page, pageSize } = input;
  const found = await readPage(PersonModel, filter, { page, pageSize, sort: { name: 1, _id: 1 } });
  return { ...found, rows: await withYears(found.rows, year) };
}

/** Joins people with their sums of a year, and with whether their departments are disabled: a read each for all. */
export async function withYears(people: readonly Person[], year: number): Promise<PersonOfYear[]> {
  const ids = people.map((person) => `${person._id}-${year}`);
  const years = await PersonYearModel.find({ _id: { $in: ids } }).lean();
  const byPerson = new Map(years.map((entry) => [entry.personId, entry]));
  const disabled = await disabledDepartments(people);
  return people.map((person) => ({
    person,
    personYear: byPerson.get(person._id) ?? null,
    year,
    departmentDisabled: disabled.has(person.departmentId ?? ""),
  }));
}

/** Which of the people's departments can no longer be chosen (DEP-06). */
export async function disabledDepartments(
  people: readonly Pick<Person, "departmentId">[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(people.flatMap(({ departmentId }) => departmentId ?? []))];
  if (ids.length === 0) return new Set();
  const found = await DepartmentModel.find({ _id: { $in: ids }, available: false }, { _id: 1 }).lean();
  return new Set(found.map(({ _id }) => _id));
}

async function pageByResult(
  ctx: CommandContext,
  filter: Record<string, unknown>,
  input: Input & { year: number },
): Promise<Page<PersonOfYear>> {
  const from = (input.page - 1) * input.pageSize;
  const rows: PersonOfYear[] = [];
  let matched = 0;
  let scanned = 0;
  while (scanned < scanLimit) {
    const people = await PersonModel.find(filter)
      .sort({ name: 1, _id: 1 })
      .skip(scanned)
      .limit(batchSize)
      .lean();
    for (const row of await withYears(people, input.year)) {
      if (shownResult(ctx, row) !== input.result) continue;
      if (matched >= from && rows.length < input.pageSize) rows.push(row);
      matched += 1;
    }
    scanned += people.length;
    if (people.length < batchSize) {
      return { rows, total: matched, totalIsExact: true, page: input.page, pageSize: input.pageSize };
    }
  }
  return { rows, total: matched, totalIsExact: false, page: input.page, pageSize: input.pageSize };
}
