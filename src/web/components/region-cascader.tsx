import { Cascader } from "antd";
import { regionOf, regions } from "../../shared/dictionaries/regions.ts";

interface Option {
  value: string;
  label: string;
  children?: Option[];
}

function optionsBelow(parentCode: string | null): Option[] {
  return regions
    .filter((region) => region.parentCode === parentCode)
    .map((region) => {
      const children = optionsBelow(region.code);
      const option: Option = { value: region.code, label: region.name };
      return children.length === 0 ? option : { ...option, children };
    });
}

const options = optionsBelow(null);

function pathOf(code: string): string[] {
  const path: string[] = [];
  for (let region = regionOf(code); region !== undefined; region = regionOf(region.parentCode ?? "")) {
    path.unshift(region.code);
  }
  return path;
}

export interface RegionCascaderProps {
  id?: string;
  value?: string | undefined;
  onChange?: (code: string | undefined) => void;
  placeholder?: string;
  disabled?: boolean;
}

/** 所属区域: province, city or county; the value is one GB/T 2260 code, any level can be chosen, names are searchable. */
export function RegionCascader({ id, value, onChange, placeholder, disabled }: RegionCascaderProps) {
  return (
    <Cascader
      {...(id === undefined ? {} : { id })}
      options={options}
      value={value === undefined ? [] : pathOf(value)}
      onChange={(path) => onChange?.(path?.at(-1)?.toString())}
      changeOnSelect
      showSearch={{ filter: (text, path) => path.some((option) => String(option.label).includes(text)) }}
      displayRender={(labels) => labels.join(" / ")}
      placeholder={placeholder ?? "请选择所属区域"}
      disabled={disabled ?? false}
      style={{ width: "100%" }}
    />
  );
}
