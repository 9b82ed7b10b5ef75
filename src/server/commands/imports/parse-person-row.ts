import type { DictionaryEntry } from "../../../shared/dictionaries/entry.ts";
import { degrees, educations, nations, sexes } from "../../../shared/dictionaries/people.ts";
import { accountantSeries, titleLevels, titleSeries } from "../../../shared/dictionaries/titles.ts";
import { isIsoDate } from "../../../shared/dates.ts";
import {
  birthDateOf,
  identityNumberProblem,
  normalizeIdentityNumber,
  sexOf,
} from "../../../shared/identity-number.ts";
import type { PeopleCells } from "../../spreadsheets/people-columns.ts";

/** A row of an import after every check that needs no database (IMP-06). */
export interface ParsedPerson {
  rowNumber: number;
  idNumber: string;
  name: string;
  sex: string;
  birthDate: string;
  phone: string;
  email: string | null;
  nation: string | null;
  departmentName: string | null;
  education: string | null;
  degree: string | null;
  school: string | null;
  major: string | null;
  titleSeries: string | null;
  titleLevel: string;
  titleName: string | null;
  titleObtainedOn: string | null;
  isAccountant: boolean;
  workStartedOn: string | null;
}

export type ParsedRow = { ok: true; person: ParsedPerson } | { ok: false; reasons: string[] };

/** Checks one row; every problem of the row is named, so that it needs correcting once. */
export function parsePersonRow(row: { rowNumber: number; cells: PeopleCells }, today: string): ParsedRow {
  const check = new RowCheck(row.cells, today);
  const idNumber = check.identityNumber();
  const series = check.code("titleSeries", titleSeries, "职称系列");
  const sexWritten = check.code("sex", sexes, "性别");
  const valid = idNumber !== "";
  const person: ParsedPerson = {
    rowNumber: row.rowNumber,
    idNumber,
    name: check.required("name", "姓名", 50),
    sex: valid ? sexOf(idNumber) : "0",
    birthDate: valid ? birthDateOf(idNumber) : "",
    phone: check.phone(),
    email: check.email(),
    nation: check.code("nation", nations, "民族"),
    departmentName: check.optional("department", "所属部门", 50),
    education: check.code("education", educations, "学历"),
    degree: check.code("degree", degrees, "学位"),
    school: check.optional("school", "毕业院校", 100),
    major: check.optional("major", "所学专业", 100),
    titleSeries: series,
    titleLevel: check.code("titleLevel", titleLevels, "职称级别") ?? "9",
    titleName: check.optional("titleName", "职称名称", 50),
    titleObtainedOn: check.date("titleObtainedOn", "取得时间"),
    isAccountant: check.yesOrNo("isAccountant", "是否会计人员", series === accountantSeries),
    workStartedOn: check.date("workStartedOn", "工作年月"),
  };
  if (valid && (sexWritten === "1" || sexWritten === "2") && sexWritten !== person.sex)
    check.fail("性别与身份证号码不符");
  return check.reasons.length === 0 ? { ok: true, person } : { ok: false, reasons: check.reasons };
}

class RowCheck {
  readonly reasons: string[] = [];
  readonly #cells: PeopleCells;
  readonly #today: string;

  constructor(cells: PeopleCells, today: string) {
    this.#cells = cells;
    this.#today = today;
  }

  fail(reason: string): void {
    this.reasons.push(reason);
  }

  #text(key: keyof PeopleCells): string {
    return (this.#cells[key] ?? "").normalize("NFC").trim();
  }

  optional(key: keyof PeopleCells, title: string, max: number): string | null {
    const text = this.#text(key);
    if (text.length > max) this.fail(`${title}不能超过${max}个字`);
    if (/\p{Cc}/u.test(text)) this.fail(`${title}不能包含控制字符`);
    return text === "" ? null : text;
  }

  required(key: keyof PeopleCells, title: string, max: number): string {
    const text = this.optional(key, title, max);
    if (text === null) this.fail(`${title}必填`);
    return text ?? "";
  }

  /** Empty when it is not valid. */
  identityNumber(): string {
    const number = normalizeIdentityNumber(this.#text("idNumber"));
    if (number === "") {
      this.fail("身份证号必填");
      return "";
    }
    const problem = identityNumberProblem(number, this.#today);
    if (problem !== null) this.fail(problem);
    return problem === null ? number : "";
  }

  phone(): string {
    const phone = this.#text("phone");
    if (phone === "") this.fail("手机号码必填");
    else if (!/^1[3-9]\d{9}$/.test(phone)) this.fail("手机号码应为11位数字");
    return phone;
  }

  email(): string | null {
    const email = this.#text("email");
    if (email === "") return null;
    if (email.length > 100 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) this.fail("电子邮箱格式不正确");
    return email;
  }

  /** Accepts the name or the code of a dictionary value. */
  code(key: keyof PeopleCells, entries: readonly DictionaryEntry[], title: string): string | null {
    const text = this.#text(key);
    if (text === "") return null;
    const entry = entries.find(({ code, name }) => name === text || code === text);
    if (entry === undefined) this.fail(`${title}「${text.slice(0, 20)}」不在可选范围内`);
    return entry?.code ?? null;
  }

  yesOrNo(key: keyof PeopleCells, title: string, fallback: boolean): boolean {
    const text = this.#text(key);
    if (text === "是") return true;
    if (text === "否") return false;
    this.fail(text === "" ? `${title}必填` : `${title}应填「是」或「否」`);
    return fallback;
  }

  /** `2019-07-01`, `2019/7/1`, `2019.07`, `201907`: a month counts from its first day. */
  date(key: keyof PeopleCells, title: string): string | null {
    const text = this.#text(key);
    if (text === "") return null;
    const match = /^(\d{4})[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2})?日?)?$/.exec(text.slice(0, 12));
    const iso =
      match === null
        ? ""
        : `${match[1]}-${(match[2] ?? "").padStart(2, "0")}-${(match[3] ?? "1").padStart(2, "0")}`;
    if (!isIsoDate(iso)) this.fail(`${title}应为 2019-07-01 的形式`);
    else if (iso > this.#today) this.fail(`${title}晚于今天`);
    return isIsoDate(iso) ? iso : null;
  }
}
