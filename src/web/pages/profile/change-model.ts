import type { RequestOf } from "../../../shared/contracts/endpoint.ts";
import type { submitProfileChange } from "../../../shared/contracts/profile-changes.ts";
import type { DraftSource } from "../../components/drafts/draft-source.ts";
import type { FileRef } from "../../components/file-upload.tsx";
import type { OwnProfile } from "./use-own-profile.ts";

type Request = RequestOf<typeof submitProfileChange>;
type Changes = Request["changes"];
export type ChangedField = keyof Changes;

/** Texts and codes that are sent as they are; an emptied one as null. */
const plainFields = ["nation", "education", "degree", "school", "major", "workStartedOn"] as const;

/** The form's values lie as the contract's do, so that what the server finds wrong is said at its field. */
export interface ChangeValues {
  changes: FieldValues;
  /** a title is to be added or corrected */
  changesTitle?: boolean;
  remark?: string;
  attachments?: Attachment[];
}

type FieldValues = Partial<Record<(typeof plainFields)[number], string | undefined>> & {
  name?: string | undefined;
  isAccountant?: "true" | "false" | undefined;
  departmentId?: { value: string; label: string } | undefined;
  title?: { series?: string; level?: string; name?: string; obtainedOn?: string } | undefined;
};

type Attachment = FileRef & { key: "name" | "title" | "education" | "other" };

/**
 * What a draft keeps of the fields: only those that differ from the data of now, so that what has been corrected
 * meanwhile is not put back by it. JSON has no undefined: null is an emptied field.
 */
export interface ChangeDraft extends Omit<ChangeValues, "changes"> {
  changes: Partial<Record<ChangedField, unknown>>;
}

export const fieldNames: Readonly<Record<ChangedField, string>> = {
  name: "姓名",
  nation: "民族",
  departmentId: "所属工作部门",
  workStartedOn: "参加工作时间",
  isAccountant: "是否会计人员",
  title: "职称",
  education: "学历",
  degree: "学位",
  school: "毕业院校",
  major: "所学专业",
};

/** Labels by the fields' paths, for the error summary. */
export const changeLabels: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(fieldNames).map(([field, name]) => [`changes_${field}`, name])),
  changes_title_series: "职称系列",
  changes_title_level: "职称级别",
  changes_title_name: "职称名称",
  changes_title_obtainedOn: "职称取得时间",
  attachments: "证明材料",
  remark: "说明",
};

export const changeDrafts: DraftSource<ChangeDraft> = {
  kind: "profile-change",
  titleOf: ({ changes }) => `修改${namesOf(changes) || "基本信息"}`,
  filesOf: ({ attachments = [] }) => attachments.map(({ fileId }) => fileId),
  read: (content) => {
    const { changes } = content as ChangeDraft;
    return typeof changes === "object" && changes !== null ? (content as ChangeDraft) : null;
  },
};

/** The names of the fields, in the order of the form. */
export function namesOf(changes: Partial<Record<ChangedField, unknown>>): string {
  const fields = Object.keys(fieldNames) as ChangedField[];
  return fields
    .filter((field) => Object.hasOwn(changes, field))
    .map((field) => fieldNames[field])
    .join("、");
}

/** What the form begins with: the data of now, and over them what a draft has kept. */
export function valuesOf(profile: OwnProfile, draft: ChangeDraft | null): ChangeValues {
  const { name, departmentId, departmentName, isAccountant } = profile;
  const now: FieldValues = {
    ...Object.fromEntries(plainFields.map((field) => [field, profile[field] ?? undefined])),
    name,
    isAccountant: isAccountant ? "true" : "false",
    departmentId: departmentId === null ? undefined : { value: departmentId, label: departmentName ?? "" },
  };
  if (draft === null) return { changes: now };
  const kept = Object.entries(draft.changes).map(([field, value]) => [field, value ?? undefined]);
  return { ...draft, changes: { ...now, ...(Object.fromEntries(kept) as FieldValues) } };
}

export function draftOf(profile: OwnProfile, values: ChangeValues): ChangeDraft {
  const given: Partial<Record<ChangedField, unknown>> = values.changes;
  const changed = Object.keys(changesOf(profile, values)) as ChangedField[];
  return { ...values, changes: Object.fromEntries(changed.map((field) => [field, given[field] ?? null])) };
}

/** What is sent. */
export function changeRequestOf(profile: OwnProfile, values: ChangeValues): Omit<Request, "draftId"> {
  const { remark = "", attachments = [] } = values;
  return { changes: changesOf(profile, values), remark, attachments };
}

/** Only what differs from the data of now. */
export function changesOf(profile: OwnProfile, { changes, changesTitle }: ChangeValues): Changes {
  const now: Readonly<Record<string, unknown>> = profile;
  const differing = Object.entries(heldBy(changes)).filter(([field, value]) => value !== now[field]);
  const title = changesTitle === true ? { title: titleOf(changes.title) } : {};
  return { ...(Object.fromEntries(differing) as Changes), ...title };
}

/** What the fields hold, as it is sent; one that is not shown, as in a unit without departments, stays as it is. */
function heldBy({ title: _title, isAccountant, ...others }: FieldValues): Record<string, unknown> {
  const texts = Object.entries(others).map(([field, value]) => [
    field,
    typeof value === "object" ? value.value : textOf(value),
  ]);
  return { ...Object.fromEntries(texts), isAccountant: isAccountant === "true" };
}

/** The form's rules have made sure that level and day are there before it is sent. */
function titleOf(title: FieldValues["title"] = {}): NonNullable<Changes["title"]> {
  const { series, level = "", name, obtainedOn = "" } = title;
  return { series: series ?? null, level, name: textOf(name), obtainedOn };
}

function textOf(value: string | null | undefined): string | null {
  const text = value?.trim() ?? "";
  return text === "" ? null : text;
}
