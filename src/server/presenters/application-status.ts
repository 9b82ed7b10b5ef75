import type { Application } from "../../models/application.ts";
import { applicationStatusNames } from "../../shared/contracts/applications.ts";
import { transferData } from "../../shared/contracts/transfers.ts";
import { executionStep } from "../commands/closures/submit-closure.ts";
import { acceptStep } from "../commands/transfers/transfer-data.ts";

/**
 * What users call an application's state; a transfer's says which unit it waits for or was refused by (TRF-07), a
 * closure's that approved is not yet executed (DRG-04).
 */
export function statusNameOf(
  { kind, status, data }: Pick<Application, "kind" | "status" | "data">,
  openElementId: string | null,
): string {
  const own =
    kind === "transfer"
      ? transferStatusName(status, { data, openElementId })
      : kind === "organization-closure"
        ? closureStatusName(status, openElementId)
        : null;
  return own ?? applicationStatusNames[status];
}

function closureStatusName(status: Application["status"], openElementId: string | null): string | null {
  if (status === "approved") return "已执行";
  return status === "pending" && openElementId === executionStep ? "已批准，待执行" : null;
}

function transferStatusName(
  status: Application["status"],
  { data, openElementId }: { data: unknown; openElementId: string | null },
): string | null {
  if (status === "pending") return openElementId === acceptStep ? "待新单位审核" : "待原单位审核";
  if (status === "approved") return "已完成";
  if (status !== "rejected") return null;
  return transferData.safeParse(data).data?.rejectedAt === acceptStep ? "新单位驳回" : "原单位驳回";
}
