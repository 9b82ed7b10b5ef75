import type { Application } from "../../../models/application.ts";
import { closingIfAny } from "../../../rules/year-closing.ts";
import { AppError, type FieldProblem } from "../../../shared/app-error.ts";
import type { submitBaseClass as contract } from "../../../shared/contracts/base-classes.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplying } from "../../permissions/applications.ts";

/** A class as a base fills it in (BAS-03), without what is stored elsewhere: its roster and its files. */
export type ClassContent = Omit<InputOf<typeof contract>, "roster" | "attachments">;

/** The data of an application of the kind `base-class`; its roster is `class-participants`. */
export interface BaseClassData extends Omit<ClassContent, "hours"> {
  proposedHours: number;
  /** as the granting bureau set them; null before */
  hours: number | null;
  /** rows of the roster, and those who passed */
  rows: number;
  passed: number;
  /** by what declarations recognize the class (`classKeys`) */
  classKeys: string[];
}

export type BaseClass = Application<BaseClassData>;

/** The learning form of classes in the conversion pack (dictionaries §5). */
export const classForm = "01";

/** The actor, who must report for a base (BAS-01): `permission.denied` (403) otherwise. */
export function requireBase(ctx: CommandContext): Actor {
  const actor = requireActor(ctx);
  authorizeApplying(actor, "base-class");
  if (actor.role !== "base") throw new AppError("permission.denied");
  return actor;
}

/**
 * Throws `class.invalid` (400) with a problem for each field: a class of the current year that is over (DEC-08, DEC-10),
 * within the year's last day (PST-04). `corrected`: the class that was returned, which keeps its year and number and has
 * the days of grace.
 */
export function requireValidClass(
  ctx: CommandContext,
  { year, classNumber, startDate, endDate }: ClassContent,
  corrected?: { year: number; classNumber: string },
): void {
  const same = corrected ?? { year, classNumber };
  const now = ctx.clock.now();
  const problems: FieldProblem[] = [];
  const add = (field: string, message: string) => problems.push({ path: `body.${field}`, message });
  const closed = closedText(ctx, year, corrected !== undefined);
  if (closed !== null) add("year", closed);
  if (year !== same.year) add("year", `不能更换年度（${same.year}）`);
  if (classNumber !== same.classNumber) add("classNumber", `不能更换班次编号（${same.classNumber}）`);
  if (startDate > endDate) add("endDate", "结束日期不能早于开始日期");
  if (!endDate.startsWith(`${year}-`)) add("endDate", `结束日期应在${year}年度内`);
  if (endDate > isoDate(now)) add("endDate", "培训班结束后方可上报");
  if (problems.length === 0) return;
  const reason = [...new Set(problems.map(({ message }) => message))].join("；");
  throw new AppError("class.invalid", { reason, problems });
}

/** Why a class of a year cannot be reported, or corrected, any more; null while it can. */
function closedText({ app, clock }: CommandContext, year: number, isCorrection: boolean): string | null {
  const currentYear = yearOf(clock.now());
  const closing = year > currentYear ? null : closingIfAny(app.packs, year);
  const last = isCorrection ? closing?.lastCorrectionDay : closing?.lastDay;
  if (last !== undefined && isoDate(clock.now()) <= last) return null;
  return year === currentYear ? "本年度学时申报已截止" : "往年学时申报已截止，目前仅可申报当年学时";
}

/** What lists call a class. */
export function classTitle({ name, classNumber }: Pick<ClassContent, "name" | "classNumber">): string {
  return `${name}（${classNumber}）`;
}

/** Hours of one participant as to-do lists show them. */
export function classHours(subject: ClassContent["subject"], hours: number) {
  return { public: 0, professional: 0, [subject]: hours };
}
