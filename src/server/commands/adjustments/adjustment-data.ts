import type { Application } from "../../../models/application.ts";
import type { WorkflowRoutePlace } from "../../../models/workflow-instance.ts";
import { decideOutcome } from "../../../rules/decide-outcome.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { submitAdjustment } from "../../../shared/contracts/adjustments.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";

/** What is asked for: the case, its absences, why. */
export type AdjustmentContent = Pick<InputOf<typeof submitAdjustment>, "case" | "periods" | "reason">;

export interface RequiredHours {
  total: number;
  public: number;
  professional: number;
}

/** What an adjustment's application keeps; the hours are the rules' word when it was submitted. */
export interface AdjustmentData extends AdjustmentContent {
  caseName: string;
  required: { before: RequiredHours; after: RequiredHours };
}

export type AdjustmentApplication = Application<AdjustmentData>;

/** Case four is the competent authority's to approve (PRO-01, SUP-06): `adjustment.authority_missing` (400) without. */
export function requireAuthority(
  packs: RulePacks,
  kind: AdjustmentContent["case"],
  route: readonly Pick<WorkflowRoutePlace, "stepKind">[],
): void {
  const { outcome } = decideOutcome(packs, "departmentApproval", { kind });
  if (outcome === "required" && !route.some(({ stepKind }) => stepKind === "authority"))
    throw new AppError("adjustment.authority_missing");
}
