import type { Application } from "../../models/application.ts";
import { applicationStatusNames } from "../../shared/contracts/applications.ts";
import { acceptStep, transferData } from "../commands/transfers/transfer-data.ts";

/** What users call an application's state; a transfer's says which unit it waits for or was refused by (TRF-07). */
export function statusNameOf(
  { kind, status, data }: Pick<Application, "kind" | "status" | "data">,
  openElementId: string | null,
): string {
  if (kind !== "transfer") return applicationStatusNames[status];
  switch (status) {
    case "pending":
      return openElementId === acceptStep ? "待新单位审核" : "待原单位审核";
    case "approved":
      return "已完成";
    case "rejected":
      return transferData.safeParse(data).data?.rejectedAt === acceptStep ? "新单位驳回" : "原单位驳回";
    case "withdrawn":
    case "cancelled":
      return applicationStatusNames[status];
  }
}
