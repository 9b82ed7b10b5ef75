import type { RequestOf } from "../../../shared/contracts/endpoint.ts";
import type { submitTransfer } from "../../../shared/contracts/transfers.ts";
import type { FileRef } from "../../components/file-upload.tsx";
import type { OrganizationOption } from "../../components/organization-picker.tsx";

export type TransferRequest = RequestOf<typeof submitTransfer>;

export type DestinationKind = TransferRequest["to"]["kind"];

export const destinationNames: Readonly<Record<DestinationKind, string>> = {
  unit: "用人单位",
  pool: "人才中心（暂无用人单位）",
  outside: "调出省外",
};

/** The form's values lie as the contract's do, so that what the server finds wrong is said at its field. */
export interface TransferValues {
  /** only narrows the search for the new unit */
  searchRegion?: string;
  to: {
    kind: DestinationKind;
    organizationId?: OrganizationOption;
    departmentId?: { value: string; label: string };
    regionCode?: string;
    place?: string;
  };
  reason?: string;
  attachments?: (FileRef & { key: string })[];
}

export const transferLabels = {
  to_kind: "调往",
  to_organizationId: "新单位",
  to_departmentId: "新部门",
  to_regionCode: "人才中心所属区域",
  to_place: "调出省外的去向",
  reason: "调转原因",
  attachments: "证明材料",
} as const;

/** What is sent: the form's rules have made sure that nothing that must be there is missing. */
export function transferRequestOf({ to, reason = "", attachments = [] }: TransferValues): TransferRequest {
  return { to: destinationOf(to), reason, attachments };
}

function destinationOf(to: TransferValues["to"]): TransferRequest["to"] {
  switch (to.kind) {
    case "unit":
      return {
        kind: "unit",
        organizationId: to.organizationId?.id ?? "",
        departmentId: to.departmentId?.value,
      };
    case "pool":
      return { kind: "pool", regionCode: to.regionCode };
    case "outside":
      return { kind: "outside", place: to.place ?? "" };
  }
}

/** Where to, in words. */
export function destinationText({ kind, organizationId, place }: TransferValues["to"]): string {
  if (kind === "unit") return organizationId?.name ?? "新单位";
  return kind === "pool" ? "人才中心" : `省外（${place ?? ""}）`;
}
