import { CloseCircleFilled } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import type { z } from "zod";
import type { organizationOption } from "../../shared/contracts/organizations.ts";

export type OrganizationOption = z.output<typeof organizationOption>;
export type PickedKind = "employer" | "authority" | "bureau" | "base";

export interface OrganizationPickerProps {
  id?: string;
  value?: OrganizationOption | undefined;
  onChange?: (organization: OrganizationOption | undefined) => void;
  /** what is chosen: 上级单位/主管部门/同级人社部门, 所在单位 … */
  title: string;
  kinds: readonly PickedKind[];
  /** where the search starts */
  regionCode?: string | undefined;
  /** also starts below the region */
  withinRegion?: boolean;
  disabled?: boolean;
}

const Dialog = lazy(() =>
  import("./organization-dialog.tsx").then((module) => ({ default: module.OrganizationDialog })),
);

/**
 * Chooses one approved organization in a popup by region, kind and name, and shows its full path and phone number,
 * so that the wrong one is noticed before anything is sent (PRG-07).
 */
export function OrganizationPicker(props: OrganizationPickerProps) {
  const { id, value, onChange, title, disabled } = props;
  const [open, setOpen] = useState(false);
  return (
    <div className="organization-picker">
      <div className="organization-picker-row">
        <Button
          {...(id === undefined ? {} : { id })}
          className="organization-picker-button"
          disabled={disabled ?? false}
          onClick={() => setOpen(true)}
          aria-haspopup="dialog"
          aria-label={`${title}：${value?.name ?? `请选择${title}`}`}
        >
          {value === undefined ? <span className="placeholder">请选择{title}</span> : value.name}
        </Button>
        {value !== undefined && disabled !== true && (
          <Button
            type="text"
            aria-label={`清除${title}`}
            icon={<CloseCircleFilled aria-hidden />}
            onClick={() => onChange?.(undefined)}
          />
        )}
      </div>
      {value !== undefined && <OrganizationPath organization={value} />}
      {open && (
        <Suspense fallback={null}>
          <Dialog
            {...props}
            onClose={(picked) => {
              setOpen(false);
              if (picked !== null) onChange?.(picked);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

/** 机构类型 · 区域 · 上级 · 电话 of a chosen organization. */
export function OrganizationPath({ organization }: { organization: OrganizationOption }) {
  const parts = [
    organization.kindName,
    organization.regionPath,
    organization.superiorName === null ? null : `上级：${organization.superiorName}`,
    organization.phone === null ? null : `电话：${organization.phone}`,
  ].filter((part) => part !== null);
  return <p className="field-hint">{parts.join(" · ")}</p>;
}
