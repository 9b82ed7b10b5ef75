import type { ResponseOf, RequestOf } from "../../../shared/contracts/endpoint.ts";
import type { getTrainingPlan, submitTrainingPlan } from "../../../shared/contracts/training-plans.ts";
import type { DraftSource } from "../../components/drafts/draft-source.ts";
import type { FileRef } from "../../components/file-upload.tsx";

export type PlanView = ResponseOf<typeof getTrainingPlan>;
export type PlanRequest = Omit<RequestOf<typeof submitTrainingPlan>, "draftId">;

/** The values of the plan's form, as they also lie in its draft (PLN-06). */
export interface PlanValues {
  name?: string;
  year?: number;
  subject?: "public" | "professional";
  content?: string;
  startDate?: string;
  endDate?: string;
  place?: string;
  teachers?: string;
  plannedPeople?: number | null;
  plannedHours?: number | null;
  contactName?: string;
  contactPhone?: string;
  attachments?: Attachment[];
}

export interface Attachment extends FileRef {
  key: "curriculum" | "other";
}

export const planLabels = {
  name: "培训名称",
  year: "年度",
  subject: "计入科目",
  content: "内容/课程表",
  startDate: "开始日期",
  endDate: "结束日期",
  place: "地点",
  teachers: "师资",
  plannedPeople: "计划人数",
  plannedHours: "计划学时",
  contactName: "联系人",
  contactPhone: "联系电话",
  attachments: "附件",
} as const;

/** Drafts of plans (PLN-08). */
export const planDrafts: DraftSource<PlanValues> = {
  kind: "training-plan",
  titleOf: ({ name = "", year }) => (year === undefined ? name : `${name}（${year}年度）`),
  filesOf: ({ attachments = [] }) => attachments.map(({ fileId }) => fileId),
  read: (content) => content as PlanValues,
};

/** What the form of a rejected plan or of an amendment begins with. */
export function valuesOfPlan(plan: PlanView): PlanValues {
  return {
    name: plan.name,
    year: plan.year ?? undefined,
    subject: plan.subject,
    content: plan.content,
    startDate: plan.startDate,
    endDate: plan.endDate,
    place: plan.place,
    teachers: plan.teachers,
    plannedPeople: plan.plannedPeople,
    plannedHours: plan.plannedHours,
    contactName: plan.contactName,
    contactPhone: plan.contactPhone,
    attachments: plan.attachments.map((file) => ({
      ...file,
      key: file.key === "curriculum" ? "curriculum" : "other",
    })),
  } as PlanValues;
}

/** What is sent: the form's rules have made sure that nothing that must be there is missing. */
export function planRequestOf(values: PlanValues): PlanRequest {
  return { ...(values as PlanRequest), attachments: values.attachments ?? [] };
}
