/** What a reviewer reads the fields of an application as, in the order in which they are shown. */
export const applicationFields: readonly { key: string; name: string }[] = [
  { key: "modeName", name: "修改方式" },
  { key: "superiorTypeName", name: "新上级的机构类型" },
  { key: "closureKindName", name: "办理种类" },
  { key: "targetName", name: "合并目标单位" },
  { key: "caseName", name: "情形" },
  { key: "on", name: "日期" },
  { key: "way", name: "调转方式" },
  { key: "outsidePlace", name: "调出省外去向" },
  { key: "departmentName", name: "新部门" },
  { key: "planNumber", name: "培训计划编号" },
  { key: "planName", name: "培训计划" },
  { key: "sessionName", name: "场次" },
  { key: "name", name: "名称" },
  { key: "classNumber", name: "班次编号" },
  { key: "year", name: "年度" },
  { key: "subject", name: "计入科目" },
  { key: "content", name: "内容/课程表" },
  { key: "from", name: "起始日期" },
  { key: "to", name: "截止日期" },
  { key: "startDate", name: "开始日期" },
  { key: "endDate", name: "结束日期" },
  { key: "place", name: "地点" },
  { key: "teachers", name: "师资" },
  { key: "plannedPeople", name: "计划人数" },
  { key: "plannedHours", name: "计划学时" },
  { key: "proposedHours", name: "上报学时" },
  { key: "hours", name: "核定学时" },
  { key: "people", name: "参加人数" },
  { key: "rows", name: "学员人数" },
  { key: "passed", name: "合格人数" },
  { key: "contactName", name: "联系人" },
  { key: "contactPhone", name: "联系电话" },
  { key: "reason", name: "原因" },
  { key: "remark", name: "备注" },
];

const valueNames: Readonly<Record<string, string>> = {
  public: "公需课",
  professional: "专业课",
  person: "本人申请",
  employer: "原单位发起",
};

/** One line of an application's content. */
export interface ApplicationLine {
  key: string;
  name: string;
  value: string;
}

/** The content of an application in words; what has no name or no value is left out. */
export function applicationLines(data: Readonly<Record<string, unknown>>): ApplicationLine[] {
  return applicationFields.flatMap(({ key, name }) => {
    const value = Object.hasOwn(data, key) ? data[key] : undefined;
    const shown = shownValue(key, value);
    return shown === null ? [] : [{ key, name, value: shown }];
  });
}

function shownValue(key: string, value: unknown): string | null {
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "是" : "否";
  if (typeof value !== "string" || value === "") return null;
  return key === "subject" || key === "way" ? (valueNames[value] ?? value) : value;
}

/** One field of a change: what it was and what it is to be. */
export interface ApplicationChange {
  field: string;
  name: string;
  old: string | null;
  new: string | null;
}

/** 变更明细 of an application that changes something (AUD-04); empty for the others. */
export function applicationChanges(data: Readonly<Record<string, unknown>>): ApplicationChange[] {
  const changes = data["changes"];
  return Array.isArray(changes) ? (changes as ApplicationChange[]) : [];
}
