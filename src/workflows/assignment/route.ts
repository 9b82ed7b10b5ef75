import type { WorkflowRouteStep } from "../../models/workflow-instance.ts";

/** What routing needs to know of an organization: plain data, so that a preview and a submission see the same. */
export interface RouteOrganization {
  readonly id: string;
  readonly name: string;
  readonly kind: "employer" | "authority" | "bureau" | "base";
  readonly parentId: string | null;
  readonly bureauId: string | null;
  /** Its superior has closed its right to review hours (SUB-02). */
  readonly reviewClosed: boolean;
  readonly status: string;
  readonly hasActiveAdmin: boolean;
}

/**
 * Which part of the chain reviews; the rule packs decide it (`declarationRoute`, FLW-01 – FLW-04).
 * `full`: the unit, its superiors, the bureau. `employer-then-bureau`: accountants' own declarations. `superiors`: a
 * unit's declaration, its own step being implied. `bureau-only`: a unit's declaration for accountants.
 * `authority-then-bureau`: training plans and their hours (FLW-06).
 */
export type RouteMode =
  | "full"
  | "employer-then-bureau"
  | "superiors"
  | "bureau-only"
  | "authority-then-bureau";

export interface RouteInput {
  readonly mode: RouteMode;
  /** The unit whose people are concerned. */
  readonly organization: RouteOrganization;
  /** Its superiors, nearest first, as far up as they go. */
  readonly ancestors: readonly RouteOrganization[];
  /** The unit's 同级人社, where every route ends (FLW-05). */
  readonly bureau: RouteOrganization;
  /** The bureau's superior bureaus, nearest first: who acts when the bureau itself cannot. */
  readonly bureauAncestors?: readonly RouteOrganization[];
}

interface Skipped {
  readonly name: string;
  readonly reason: string;
}

/**
 * The chain of reviewing organizations for a declaration or plan, lowest first. Never empty. An organization that
 * cannot act (right closed, no active administrator, deregistered) is passed over upward, and the step that acts in
 * its place says so in Chinese (FLW-10, SUB-03). Pure: the caller freezes the answer on the instance (FLW-09).
 */
export function computeRoute(input: RouteInput): WorkflowRouteStep[] {
  const steps: WorkflowRouteStep[] = [];
  let skipped: Skipped[] = [];
  for (const organization of chainOf(input)) {
    const reason = cannotAct(organization);
    if (reason !== null) {
      skipped.push({ name: organization.name, reason });
    } else {
      steps.push(stepOf(organization, { input, skipped }));
      skipped = [];
    }
  }
  steps.push(finalStep(input, skipped));
  return steps;
}

/** Why an organization cannot review, in Chinese, or null when it can. */
export function cannotAct(
  organization: Pick<RouteOrganization, "status" | "reviewClosed" | "hasActiveAdmin">,
): string | null {
  if (organization.status !== "active") return "已注销或停用";
  if (organization.reviewClosed) return "审核权限已被上级关闭";
  if (!organization.hasActiveAdmin) return "暂无可用管理员";
  return null;
}

/** The organizations before the bureau that would review if all could. */
function chainOf({ mode, organization, ancestors }: RouteInput): RouteOrganization[] {
  const superiors = belowFirstBureau(ancestors);
  switch (mode) {
    case "full":
      return [organization, ...superiors];
    case "superiors":
      return superiors;
    case "bureau-only":
      return [];
    case "authority-then-bureau":
      return superiors.filter((superior) => superior.kind === "authority");
    case "employer-then-bureau":
      return throughFirstAble([organization, ...superiors]);
  }
}

function belowFirstBureau(ancestors: readonly RouteOrganization[]): RouteOrganization[] {
  const first = ancestors.findIndex((ancestor) => ancestor.kind === "bureau");
  return ancestors.slice(0, first === -1 ? ancestors.length : first);
}

/** One reviewer: the first that can act, with those passed over before it. */
function throughFirstAble(chain: readonly RouteOrganization[]): RouteOrganization[] {
  const able = chain.findIndex((organization) => cannotAct(organization) === null);
  return chain.slice(0, able === -1 ? chain.length : able + 1);
}

/** The bureau, or the nearest bureau above it that can act. When none can, the bureau keeps the step and says why. */
function finalStep(input: RouteInput, skippedBefore: readonly Skipped[]): WorkflowRouteStep {
  const skipped = [...skippedBefore];
  for (const bureau of [input.bureau, ...(input.bureauAncestors ?? [])]) {
    const reason = cannotAct(bureau);
    if (reason === null) return stepOf(bureau, { input, skipped });
    skipped.push({ name: bureau.name, reason });
  }
  const step = stepOf(input.bureau, { input, skipped: skippedBefore });
  const waiting = `「${input.bureau.name}」${cannotAct(input.bureau)}，请联系平台运维人员处理`;
  return { ...step, notice: [step.notice, waiting].filter(Boolean).join("；") };
}

function stepOf(
  organization: RouteOrganization,
  { input, skipped }: { input: RouteInput; skipped: readonly Skipped[] },
): WorkflowRouteStep {
  const notice = skipped
    .map(({ name, reason }) => `「${name}」${reason}，由「${organization.name}」代审`)
    .join("；");
  return {
    organizationId: organization.id,
    organizationName: organization.name,
    stepKind: stepKindOf(organization, input),
    ...(notice === "" ? {} : { notice }),
  };
}

function stepKindOf(organization: RouteOrganization, input: RouteInput): WorkflowRouteStep["stepKind"] {
  if (organization.id === input.organization.id) return "employer";
  switch (organization.kind) {
    case "bureau":
      return "bureau";
    case "authority":
      return "authority";
    case "employer":
    case "base":
      return "superior";
  }
}
