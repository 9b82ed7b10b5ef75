import type { Declaration } from "../../../models/declaration.ts";
import { AppError } from "../../../shared/app-error.ts";
import { classProblems, type DeclaredClass } from "../../queries/base-classes/class-problems.ts";
import { confirmedHours, reportedClasses } from "../../queries/base-classes/reported-classes.ts";
import { classForm } from "../base-classes/base-class.ts";
import { requireNoProblems, type ValidAssessment } from "./require-valid.ts";

/**
 * A training class as somebody who attended it, or his employer, declares it: within what its base reported and the
 * granting bureau set (CNV-01, BAS-04). `who` leads messages when several are declared. Errors:
 * `declaration.class_reported` (409) when the hours follow from the base's report anyway, `declaration.invalid` (400).
 */
export async function requireClass(
  form: string,
  { person, assessment }: DeclaredClass & { assessment: ValidAssessment },
  who: string | null,
): Promise<void> {
  if (form !== classForm) return;
  const problems = await classProblems({ person, assessment });
  const [reported] = problems.filter(({ report }) => report !== undefined);
  if (reported !== undefined) {
    const reason = who === null ? reported.message : `${who}：${reported.message}`;
    throw new AppError("declaration.class_reported", { reason, number: reported.report ?? null });
  }
  requireNoProblems({ ...assessment, problems }, who);
}

/**
 * No hours enter the ledger beyond those that the granting bureau has set by now: a class may have been confirmed after
 * somebody declared it himself. `declaration.class_hours` (409); the reviewer rejects it, the declarant corrects it.
 */
export async function requireClassHours({
  form,
  origin,
  facts,
  hours,
}: Pick<Declaration, "form" | "origin" | "facts" | "hours">): Promise<void> {
  if (form !== classForm || origin === "base") return;
  const most = confirmedHours(await reportedClasses(facts));
  const declared = hours.public + hours.professional;
  if (most !== null && declared > most) throw new AppError("declaration.class_hours", { most, declared });
}
