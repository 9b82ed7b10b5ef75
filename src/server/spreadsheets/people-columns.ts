import { degrees, educations, nations, sexes } from "../../shared/dictionaries/people.ts";
import { titleLevels, titleSeries } from "../../shared/dictionaries/titles.ts";
import type { ColumnLists, SheetColumn } from "./sheet-columns.ts";

export type PeopleColumnKey =
  | "name"
  | "idNumber"
  | "sex"
  | "nation"
  | "phone"
  | "email"
  | "department"
  | "education"
  | "degree"
  | "school"
  | "major"
  | "titleSeries"
  | "titleLevel"
  | "titleName"
  | "titleObtainedOn"
  | "isAccountant"
  | "workStartedOn";

/** The texts of one row by column; an absent column is an empty text. */
export type PeopleCells = Partial<Record<PeopleColumnKey, string>>;

/** The columns of the template, in order (IMP-03). */
export const peopleColumns: readonly SheetColumn<PeopleColumnKey>[] = [
  { key: "name", header: "姓名", required: true, kind: "text", width: 12, hint: "与身份证一致" },
  {
    key: "idNumber",
    header: "身份证号",
    required: true,
    kind: "code",
    width: 22,
    hint: "18位，文本格式，末位X大写；15位旧号请先换成18位",
  },
  { key: "sex", header: "性别", required: false, kind: "text", width: 8, hint: "可不填，按身份证号确定" },
  { key: "nation", header: "民族", required: false, kind: "text", width: 12, hint: "从下拉列表选择" },
  { key: "phone", header: "手机号码", required: true, kind: "code", width: 15, hint: "11位手机号，文本格式" },
  { key: "email", header: "电子邮箱", required: false, kind: "code", width: 24, hint: "可不填" },
  {
    key: "department",
    header: "所属部门",
    required: false,
    kind: "text",
    width: 18,
    hint: "须与平台中本单位的部门名称一致",
  },
  { key: "education", header: "学历", required: false, kind: "text", width: 10, hint: "从下拉列表选择" },
  { key: "degree", header: "学位", required: false, kind: "text", width: 10, hint: "从下拉列表选择" },
  { key: "school", header: "毕业院校", required: false, kind: "text", width: 22, hint: "可不填" },
  { key: "major", header: "所学专业", required: false, kind: "text", width: 18, hint: "可不填" },
  {
    key: "titleSeries",
    header: "职称系列",
    required: false,
    kind: "text",
    width: 22,
    hint: "从下拉列表选择；无职称可不填",
  },
  { key: "titleLevel", header: "职称级别", required: false, kind: "text", width: 12, hint: "从下拉列表选择" },
  { key: "titleName", header: "职称名称", required: false, kind: "text", width: 16, hint: "如：工程师" },
  {
    key: "titleObtainedOn",
    header: "取得时间",
    required: false,
    kind: "date",
    width: 14,
    hint: "取得职称的日期，如 2018-07-01",
  },
  {
    key: "isAccountant",
    header: "是否会计人员",
    required: true,
    kind: "text",
    width: 14,
    hint: "是 或 否",
  },
  {
    key: "workStartedOn",
    header: "工作年月",
    required: false,
    kind: "month",
    width: 12,
    hint: "参加工作的年月，如 2010-07",
  },
];

/** The values that the template offers in a drop-down, by column. */
export type PeopleLists = ColumnLists<PeopleColumnKey>;

/** The drop-downs of the template, from the platform's dictionaries. */
export function peopleLists(): PeopleLists {
  const names = (entries: readonly { name: string }[]) => entries.map((entry) => entry.name);
  return {
    // 未知 and 未说明 are for records of other systems; a person with an ID number is one of these two.
    sex: names(sexes.filter((sex) => sex.code === "1" || sex.code === "2")),
    nation: names(nations),
    education: names(educations),
    degree: names(degrees),
    titleSeries: names(titleSeries),
    titleLevel: names(titleLevels),
    isAccountant: ["是", "否"],
  };
}
