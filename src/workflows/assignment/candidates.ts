import type { WorkflowCandidate, WorkflowParty, WorkflowRoutePlace } from "../../models/workflow-instance.ts";

/** What a candidate rule may look at: all of it fixed when the instance started. */
export interface CandidateInput {
  readonly route: readonly WorkflowRoutePlace[];
  readonly parties: Readonly<Record<string, WorkflowParty>>;
  readonly loopIndex: number;
}

/** Who is to act, and why it is not the usual holder, if so. */
export interface Assignment {
  readonly candidate: WorkflowCandidate;
  readonly notice: string | null;
}

interface CandidateRule {
  /** For policy staff who choose a rule in the modeler, and for findings. */
  readonly title: string;
  readonly resolve: (input: CandidateInput) => Assignment | null;
}

const party = (role: string, title: string): CandidateRule => ({
  title,
  resolve({ parties }) {
    const candidate = Object.hasOwn(parties, role) ? parties[role] : undefined;
    if (candidate === undefined) return null;
    const { kind, id, notice } = candidate;
    return { candidate: { kind, id }, notice: notice ?? null };
  },
});

/**
 * Every rule that `xueshi:candidates` may name (FLW-08). `routeStep` follows the frozen route; the others read the
 * party of that name, which the command that starts the process fixes.
 */
export const candidateRules = {
  routeStep: {
    title: "审核路线的当前环节",
    resolve({ route, loopIndex }) {
      const step = route[loopIndex];
      if (step === undefined) return null;
      return { candidate: { kind: "organization", id: step.organizationId }, notice: step.notice ?? null };
    },
  },
  applicant: party("applicant", "申请人"),
  superior: party("superior", "所选上级单位/主管部门/同级人社部门"),
  employer: party("employer", "所在用人单位"),
  originalSuperior: party("originalSuperior", "原上级部门"),
  newSuperior: party("newSuperior", "新上级部门"),
  originalEmployer: party("originalEmployer", "原单位"),
  originalEmployerSuperior: party("originalEmployerSuperior", "原单位的上级部门"),
  newEmployer: party("newEmployer", "新单位"),
  mergeTarget: party("mergeTarget", "合并目标单位"),
  regionalBureau: party("regionalBureau", "所属区域人社部门"),
  grantingBureau: party("grantingBureau", "基地审批人社部门"),
  operator: party("operator", "后台运维人员"),
} as const satisfies Record<string, CandidateRule>;

export type CandidateRuleName = keyof typeof candidateRules;

/** True for a name that `candidateRules` knows. */
export function isCandidateRule(name: string): name is CandidateRuleName {
  return Object.hasOwn(candidateRules, name);
}

/** Applies a candidate rule. Throws when the rule is unknown or finds nobody: a step never opens without a holder. */
export function assign(rule: string | null, input: CandidateInput): Assignment {
  const assignment = rule !== null && isCandidateRule(rule) ? candidateRules[rule].resolve(input) : null;
  if (assignment === null) throw new Error(`candidate rule ${rule ?? "(none)"} finds no holder`);
  return assignment;
}
