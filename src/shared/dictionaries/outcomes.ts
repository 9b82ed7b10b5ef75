/** Outcomes of user tasks and what a button or a history line calls them. */
export const outcomeNames: Readonly<Record<string, string>> = {
  approve: "通过",
  reject: "驳回",
  resubmit: "重新提交",
  cancel: "放弃申报",
  withdraw: "撤回",
  execute: "执行",
};

/** The Chinese name of an outcome; an edited definition may bring one of its own, shown as it is. */
export function outcomeName(outcome: string): string {
  return outcomeNames[outcome] ?? outcome;
}
