/** A command that a service task may call (`${environment.services.<name>}`), and what it means in a process. */
export interface ServiceEntry {
  /** What it does, for the modeler and for findings. */
  readonly title: string;
  /**
   * After which events it may be reached: an outcome (`approve`), a message (`!withdraw`) or a timer (`@`). The
   * soundness check holds every path against it, so that a mis-drawn flow cannot credit hours on a rejection.
   */
  readonly after: readonly string[];
  /** True when every organization of the route must have decided before it. */
  readonly wholeRoute?: true;
  /** Who must have agreed before it, on every path. What the last decision alone shows is in `after`. */
  readonly approvals?: readonly Approval[];
}

/**
 * Exactly one of the holders named must have approved: always, or when a rule has answered so (and nobody of them
 * otherwise).
 */
export interface Approval {
  /** Candidate rules (`assignment/candidates.ts`). */
  readonly of: readonly string[];
  readonly when?: { readonly rule: string; readonly outcome: string };
}

/** A rule that a business rule task may ask, with every outcome that the rule packs can answer. */
export interface RuleEntry {
  readonly title: string;
  readonly outcomes: readonly string[];
}

/** What the command that starts a process gives it: a diagram may rely on nothing else. */
export interface ProcessContract {
  readonly title: string;
  /** Parties by role (`assignment/candidates.ts`). */
  readonly parties: readonly string[];
  readonly route: boolean;
}

const applied = ["approve"];
const refused = ["reject"];
const withdrawn = ["!withdraw"];

export const services = {
  approveRegistration: { title: "注册通过，开通账户", after: applied },
  rejectRegistration: { title: "驳回注册", after: refused },
  withdrawRegistration: { title: "撤回注册", after: withdrawn },
  applyProfileChange: { title: "人员信息修改生效", after: applied },
  rejectProfileChange: { title: "驳回人员信息修改", after: refused },
  withdrawProfileChange: { title: "撤销人员信息修改", after: withdrawn },
  applyOrganizationChange: { title: "单位信息修改生效", after: applied },
  rejectOrganizationChange: { title: "驳回单位信息修改", after: refused },
  withdrawOrganizationChange: { title: "撤销单位信息修改", after: withdrawn },
  applySuperiorChange: {
    title: "更换上级部门生效",
    after: applied,
    // AMB-9: both, one after the other.
    approvals: [{ of: ["originalSuperior"] }, { of: ["newSuperior"] }],
  },
  rejectSuperiorChange: { title: "驳回更换上级部门", after: refused },
  withdrawSuperiorChange: { title: "撤销更换上级部门", after: withdrawn },
  executeClosure: {
    title: "执行注销/合并",
    after: ["execute"],
    // DRG-03, DRG-05: the superior always, the target only of a merger.
    approvals: [
      { of: ["superior"] },
      { of: ["mergeTarget"], when: { rule: "closureKind", outcome: "merge" } },
    ],
  },
  rejectClosure: { title: "驳回注销/合并", after: refused },
  withdrawClosure: { title: "撤回注销/合并", after: withdrawn },
  completeTransfer: {
    title: "完成人员调转",
    after: applied,
    // TRF-02, TRF-03, TRF-12: the new unit always; a person who leaves by himself must have been released.
    approvals: [
      { of: ["newEmployer"] },
      {
        of: ["originalEmployer", "originalEmployerSuperior"],
        when: { rule: "transferWay", outcome: "person" },
      },
    ],
  },
  rejectTransfer: { title: "驳回人员调转", after: refused },
  withdrawTransfer: { title: "撤回人员调转", after: withdrawn },
  escalateTransfer: { title: "调出审核逾期，转上级部门", after: ["@"] },
  deregisterPerson: {
    title: "注销人员账号",
    after: applied,
    // PER-11: the unit first, then the bureau.
    approvals: [{ of: ["employer"] }, { of: ["regionalBureau"] }],
  },
  rejectDeregistration: { title: "驳回人员注销", after: refused },
  withdrawDeregistration: { title: "撤回人员注销", after: withdrawn },
  creditHours: { title: "计入学时", after: applied, wholeRoute: true },
  returnDeclaration: { title: "退回申报", after: refused },
  withdrawDeclaration: { title: "撤回申报", after: ["!withdraw", "cancel"] },
  approveTrainingPlan: { title: "培训计划通过", after: applied, wholeRoute: true },
  returnTrainingPlan: { title: "退回培训计划", after: refused },
  withdrawTrainingPlan: { title: "撤回培训计划", after: ["!withdraw", "cancel"] },
  creditPlanHours: { title: "计入培训计划学时", after: applied, wholeRoute: true },
  returnPlanDeclaration: { title: "退回计划学时申报", after: refused },
  withdrawPlanDeclaration: { title: "撤回计划学时申报", after: ["!withdraw", "cancel"] },
  confirmBaseClass: { title: "确认培训班学时", after: applied },
  returnBaseClass: { title: "退回培训班", after: refused },
  withdrawBaseClass: { title: "撤回培训班", after: ["!withdraw", "cancel"] },
  applyAdjustment: { title: "折算生效", after: applied, wholeRoute: true },
  returnAdjustment: { title: "退回折算申请", after: refused },
  withdrawAdjustment: { title: "撤回折算申请", after: ["!withdraw", "cancel"] },
} as const satisfies Record<string, ServiceEntry>;

export type ServiceName = keyof typeof services;

export const rules: Readonly<Record<string, RuleEntry>> = {
  declarationRoute: {
    title: "学时申报审核路线",
    outcomes: ["full", "employer-then-bureau", "bureau-only", "superiors"],
  },
  closureKind: { title: "注销或合并", outcomes: ["close", "merge"] },
  transferWay: { title: "调转方式", outcomes: ["person", "employer"] },
};

/** Messages that a running instance may receive. */
export const messages: Readonly<Record<string, string>> = { withdraw: "申请人撤回" };

export const processes: Readonly<Record<string, ProcessContract>> = {
  "organization-registration": { title: "单位注册审核", parties: ["superior"], route: false },
  "person-registration": { title: "专技人员注册审核", parties: ["employer"], route: false },
  "profile-change": { title: "人员信息修改审核", parties: ["employer"], route: false },
  "organization-change": { title: "单位信息修改审核", parties: ["superior"], route: false },
  "superior-change": {
    title: "更换上级部门审核",
    parties: ["originalSuperior", "newSuperior"],
    route: false,
  },
  "organization-closure": {
    title: "单位注销/合并",
    parties: ["superior", "mergeTarget", "operator"],
    route: false,
  },
  transfer: {
    title: "人员调转",
    parties: ["originalEmployer", "originalEmployerSuperior", "newEmployer"],
    route: false,
  },
  "person-deregistration": { title: "人员账号注销", parties: ["employer", "regionalBureau"], route: false },
  declaration: { title: "学时（分）申报审核", parties: ["applicant"], route: true },
  "training-plan": { title: "单位培训计划审核", parties: ["applicant"], route: true },
  "plan-declaration": { title: "培训计划学时审核", parties: ["applicant"], route: true },
  "base-class": { title: "基地培训班学时核定", parties: ["applicant", "grantingBureau"], route: false },
  adjustment: { title: "学时折算/减免审核", parties: ["applicant"], route: true },
};

/** The entry of a service, or null for a name that no command answers to. */
export function serviceEntry(name: string): ServiceEntry | null {
  return Object.hasOwn(services, name) ? services[name as ServiceName] : null;
}

/** The entry of a rule, or null for a name that no rule pack answers to. */
export function ruleEntry(name: string): RuleEntry | null {
  return Object.hasOwn(rules, name) ? (rules[name] ?? null) : null;
}

/** The contract of a process, or null for a key that no command starts. */
export function processContract(key: string): ProcessContract | null {
  return Object.hasOwn(processes, key) ? (processes[key] ?? null) : null;
}
