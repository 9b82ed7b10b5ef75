import { type ClassParticipant, ClassParticipantModel } from "../../../models/class-participant.ts";
import type { DeclarationProblem } from "../../../rules/check-declaration.ts";
import type { AssessedPerson, Assessment } from "../declarations/assess-declaration.ts";
import { confirmedHours, type ReportedClass, reportedClasses } from "./reported-classes.ts";

/** Somebody's declaration of a class, as the rules see it. */
export interface DeclaredClass {
  person: Pick<AssessedPerson, "_id" | "isAccountant">;
  assessment: Pick<Assessment, "facts" | "subject">;
}

/** `report`: number of the report from which the person's hours follow anyway. */
export type ClassProblem = DeclarationProblem & { report?: string };

/**
 * What the word of base and granting bureau says against declaring a class oneself (CNV-01, BAS-04): hours and subject
 * are as the bureau set them, whoever is on the roster waits for the declaration that follows from it, whoever did not
 * pass has none. Nothing is wrong with a class that no base has reported: its papers and reviewers speak for it.
 */
export async function classProblems({ person, assessment }: DeclaredClass): Promise<ClassProblem[]> {
  const classes = await reportedClasses(assessment.facts);
  if (classes.length === 0) return [];
  const rows = await ClassParticipantModel.find(
    { _id: { $in: classes.map(({ _id }) => `${_id}-${person._id}`) } },
    { applicationId: 1, result: 1, status: 1 },
  ).lean<Pick<ClassParticipant, "applicationId" | "result" | "status">[]>();
  const waiting = classes.find(({ _id }) =>
    rows.some(({ applicationId, status }) => applicationId === _id && status === "waiting"),
  );
  if (waiting !== undefined) return [reported(waiting)];
  if (rows.some(({ result }) => result === "failed"))
    return [wrong("assessment", "基地上报的考核结果为不合格，不能申报该班次的学时")];
  return [...hoursProblems(classes, assessment), ...subjectProblems(classes, { person, assessment })];
}

function reported({ number, organizationName, status }: ReportedClass): ClassProblem {
  const when = status === "pending" ? "审批部门核定学时后" : "随后";
  const message = `该班次已由「${organizationName}」上报（${number}），${when}自动生成申报，不必另行申报`;
  return { code: "declaration.class_reported", message, report: number };
}

function hoursProblems(
  classes: readonly ReportedClass[],
  { facts }: DeclaredClass["assessment"],
): ClassProblem[] {
  const most = confirmedHours(classes);
  if (most === null || Number(facts["classHours"]) <= most) return [];
  return [wrong("classHours", `该班次经审批部门核定为${most}学时，不能超过`)];
}

function subjectProblems(
  classes: readonly ReportedClass[],
  { person, assessment }: DeclaredClass,
): ClassProblem[] {
  // What accountants learn counts to 公需课 whatever the class is (DEC-03).
  if (person.isAccountant) return [];
  const set = classes.filter(({ status }) => status === "approved").map(({ data }) => data.subject);
  if (set.length === 0 || set.includes(assessment.subject)) return [];
  return [wrong("subject", `该班次经核定计入${set[0] === "public" ? "公需课" : "专业课"}`)];
}

function wrong(fact: string, message: string): ClassProblem {
  return { code: "declaration.class_differs", fact, message };
}
