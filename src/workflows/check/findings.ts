/** One thing wrong with a definition: where (element id, null for the whole file), in Chinese and in English. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: "error" | "warning";
  readonly elementId: string | null;
  readonly zh: string;
  readonly en: string;
}

interface Text {
  readonly zh: string;
  readonly en: string;
  readonly severity?: Finding["severity"];
}

/** `{detail}` is filled in; the element's id stands before each line when findings are printed. */
const texts = {
  "not-parseable": { zh: "不是有效的BPMN文件：{detail}", en: "not a valid BPMN file: {detail}" },
  "too-large": { zh: "流程过大：{detail}", en: "the process is too large: {detail}" },
  "too-slow": {
    zh: "流程过于复杂，未能在规定的时间和内存内完成检查",
    en: "too complex: the check ran out of its time or memory",
  },
  "other-process": {
    zh: "流程标识是“{detail}”，不是正在编辑的流程",
    en: "this is process {detail}, not the one that is being edited",
  },
  "process-key": { zh: "流程标识“{detail}”不是平台已有的流程", en: "no command starts a process {detail}" },
  "unsupported-element": { zh: "不支持的元素类型{detail}", en: "element type {detail} is not supported" },
  repeated: { zh: "“{detail}”只能有一个", en: "there may be one {detail} only" },
  script: { zh: "流程中不允许脚本（{detail}）", en: "scripts are not allowed ({detail})" },
  "unsafe-expression": { zh: "表达式“{detail}”不被允许", en: "expression {detail} is not allowed" },
  "no-name": { zh: "元素没有中文名称", en: "the element has no Chinese name" },
  "no-documentation": { zh: "任务没有说明文档", en: "the task has no documentation", severity: "warning" },
  "no-layout": { zh: "图形布局不完整：{detail}", en: "the diagram layout is incomplete: {detail}" },
  lint: { zh: "图形结构不规范：{detail}", en: "the diagram breaks a modelling rule: {detail}" },
  "unknown-service": { zh: "服务“{detail}”不存在", en: "service {detail} does not exist" },
  "unknown-rule": { zh: "规则“{detail}”不存在", en: "rule {detail} does not exist" },
  "rule-outcomes": { zh: "规则的结论须为：{detail}", en: "the rule's outcomes must be: {detail}" },
  "unknown-candidate": { zh: "办理人规则“{detail}”不存在", en: "candidate rule {detail} does not exist" },
  "missing-party": {
    zh: "该流程启动时没有指定“{detail}”",
    en: "nothing that starts this process names its {detail}",
  },
  "unknown-module": { zh: "权限模块“{detail}”不存在", en: "permission module {detail} does not exist" },
  "no-module": {
    zh: "单位办理的任务须指定权限模块",
    en: "a task held by an organization needs a permission module",
  },
  "no-outcomes": { zh: "任务没有声明结论", en: "the task declares no outcomes" },
  "too-many-outcomes": { zh: "结论多于{detail}个", en: "the task declares more than {detail} outcomes" },
  "bad-outcome": {
    zh: "结论名称“{detail}”不合规范或重复",
    en: "outcome name {detail} is malformed or repeated",
  },
  "self-review": { zh: "申请人不能审核本人的申请", en: "an applicant may not review his own application" },
  "bad-deadline": { zh: "办理时限须为1至60个工作日", en: "the deadline must be 1 to 60 working days" },
  "bad-loop": { zh: "逐级审核的设置有误：{detail}", en: "the loop along the route is wrong: {detail}" },
  "bad-condition": {
    zh: "条件“{detail}”读取了不存在的环节或结论",
    en: "condition {detail} reads an unknown step or outcome",
  },
  "no-condition": {
    zh: "网关的非默认出口没有条件",
    en: "a way out of a gateway that is not its default has no condition",
  },
  "no-default": { zh: "网关没有默认出口", en: "the gateway has no default way out" },
  "no-exit": { zh: "边界事件没有出口", en: "the boundary event has no way out" },
  "bad-boundary": { zh: "边界事件设置有误：{detail}", en: "the boundary event is wrong: {detail}" },
  "unknown-message": { zh: "消息“{detail}”不存在", en: "message {detail} does not exist" },
  "bad-timer": {
    zh: "定时器“{detail}”超出范围或格式有误",
    en: "timer {detail} is beyond limits or malformed",
  },
  unreachable: { zh: "元素永远不会执行到", en: "the element can never be reached" },
  "cannot-end": {
    zh: "流程到达此处后无法结束（路径：{detail}）",
    en: "from here the process cannot end (path: {detail})",
  },
  "no-way": { zh: "决定之后没有出路（路径：{detail}）", en: "a decision leads nowhere (path: {detail})" },
  "no-start": { zh: "流程无法启动：{detail}", en: "the process cannot start: {detail}" },
  "no-effect": {
    zh: "各结论的结果相同，审核没有意义",
    en: "all outcomes lead to the same, the decision has no effect",
  },
  "no-progress": {
    zh: "一再同意也不会办结（路径：{detail}）",
    en: "agreeing again and again never concludes (path: {detail})",
  },
  "wrong-order": {
    zh: "服务在错误的决定之后执行（路径：{detail}）",
    en: "the service runs after the wrong decision (path: {detail})",
  },
  "route-incomplete": {
    zh: "审核路线未全部通过就已办结（路径：{detail}）",
    en: "the process concludes before the whole route has decided (path: {detail})",
  },
  "approval-missing": {
    zh: "未经应当同意的一方同意就已办结（{detail}）",
    en: "concludes without the consent of a party that must agree ({detail})",
  },
  "approval-needless": {
    zh: "征求了不应征求的一方的意见（{detail}）",
    en: "asks a party that need not agree, or two where one is enough ({detail})",
  },
  "silent-rejection": {
    zh: "驳回之后没有通知申请人的服务（路径：{detail}）",
    en: "a rejection reaches no service (path: {detail})",
  },
  "silent-return": {
    zh: "未经驳回就退回申请人（路径：{detail}）",
    en: "the applicant is asked to correct what nobody has returned (path: {detail})",
  },
  "silent-end": {
    zh: "流程结束时没有执行任何服务（路径：{detail}）",
    en: "the process ends without a service (path: {detail})",
  },
  "no-withdrawal": {
    zh: "等待审核时申请人不能撤回（路径：{detail}）",
    en: "the applicant cannot withdraw while others decide (path: {detail})",
  },
  "too-many-positions": {
    zh: "可到达的状态过多，无法验证（{detail}）",
    en: "too many reachable positions to verify ({detail})",
  },
} as const satisfies Record<string, Text>;

export type FindingCode = keyof typeof texts;

/**
 * A finding of a code at an element. `detail`, in both languages where it is words, is shown as it is: never put a stack
 * or a path of the machine in it.
 */
export function finding(
  code: FindingCode,
  elementId: string | null | undefined,
  detail: string | { readonly zh: string; readonly en: string } = "",
): Finding {
  const { zh, en, severity = "error" }: Text = texts[code];
  const words = typeof detail === "string" ? { zh: detail, en: detail } : detail;
  return {
    code,
    severity,
    elementId: elementId ?? null,
    zh: zh.replaceAll("{detail}", () => words.zh),
    en: en.replaceAll("{detail}", () => words.en),
  };
}

/** One line for a terminal: severity, element id, code, both languages. */
export function findingText({ severity, elementId, code, zh, en }: Finding): string {
  return `${severity} ${elementId ?? "-"} [${code}] ${zh} / ${en}`;
}
