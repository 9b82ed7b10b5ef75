import type { Department } from "../../../models/department.ts";
import type { Person, TitleHeld } from "../../../models/person.ts";
import type { ProfileChangeLine, ProfileFields } from "../../../shared/contracts/profile-changes.ts";
import { type DictionaryEntry, nameOf } from "../../../shared/dictionaries/entry.ts";
import { degrees, educations, nations } from "../../../shared/dictionaries/people.ts";
import { titleLevels, titleSeries } from "../../../shared/dictionaries/titles.ts";
import { titlesHeld } from "../../queries/people/titles-held.ts";

/** What a changed profile is, in Chinese words and in the person's own fields. Pure. */

type Field = keyof ProfileFields;

const fieldNames: Readonly<Record<Field, string>> = {
  name: "姓名",
  nation: "民族",
  education: "学历",
  degree: "学位",
  school: "毕业院校",
  major: "所学专业",
  workStartedOn: "参加工作时间",
  isAccountant: "是否会计人员",
  departmentId: "所属工作部门",
  title: "职称",
};

/** 变更明细: only what really changes, old and new as users read them (AUD-04). */
export function changeLines(
  person: Person,
  changes: ProfileFields,
  department: Department | null,
): ProfileChangeLine[] {
  const after = { ...person, ...patchOf(person, changes, department) };
  const fields = Object.keys(fieldNames).filter(
    (field): field is Field => changes[field as Field] !== undefined,
  );
  return fields
    .map((field) => ({
      field,
      name: fieldNames[field],
      old: shownAs[field](person),
      new: shownAs[field](after),
    }))
    .filter((line) => line.old !== line.new);
}

/** The person's fields as they will be. */
export function patchOf(
  person: Pick<Person, "titles" | "titleSeries" | "titleLevel" | "titleName">,
  changes: ProfileFields,
  department: Pick<Department, "_id" | "name"> | null,
): Partial<Person> {
  const { title, departmentId, ...plain } = changes;
  const set = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  return {
    ...set,
    ...(departmentId === undefined
      ? {}
      : { departmentId: department?._id ?? null, departmentName: department?.name ?? null }),
    ...(title === undefined ? {} : withTitle(person, title)),
  };
}

/**
 * A title joins the history by its date; one of the same day takes the old one's place: a correction. Today's title is
 * the one obtained last.
 */
function withTitle(
  person: Pick<Person, "titles" | "titleSeries" | "titleLevel" | "titleName">,
  title: NonNullable<ProfileFields["title"]>,
): Pick<Person, "titles" | "titleSeries" | "titleLevel" | "titleName"> {
  const others = person.titles.filter(({ obtainedOn }) => obtainedOn !== title.obtainedOn);
  const titles = [...others, { ...title }].toSorted((a, b) => day(a).localeCompare(day(b)));
  const { series, level, name } = titles.at(-1) ?? title;
  return { titles, titleSeries: series, titleLevel: level, titleName: name };
}

function day({ obtainedOn }: TitleHeld): string {
  return obtainedOn ?? "";
}

/** How users read each field of a person. */
const shownAs: Readonly<Record<Field, (person: Person) => string | null>> = {
  name: ({ name }) => name,
  nation: ({ nation }) => coded(nations, nation),
  education: ({ education }) => coded(educations, education),
  degree: ({ degree }) => coded(degrees, degree),
  school: ({ school }) => school,
  major: ({ major }) => major,
  workStartedOn: ({ workStartedOn }) => workStartedOn,
  isAccountant: ({ isAccountant }) => (isAccountant ? "是" : "否"),
  departmentId: ({ departmentName }) => departmentName,
  title: (person) => titlesHeld(person).map(titleText).join("；"),
};

function coded(dictionary: readonly DictionaryEntry[], code: string | null): string | null {
  return code === null ? null : nameOf(dictionary, code);
}

function titleText({ series, level, name, obtainedOn }: TitleHeld): string {
  const words = [
    series === null ? null : nameOf(titleSeries, series),
    nameOf(titleLevels, level),
    name,
    obtainedOn,
  ];
  return words.filter((word) => word !== null).join(" ");
}
