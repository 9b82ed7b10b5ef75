import { regionOf } from "../../../shared/dictionaries/regions.ts";
import type { FactValue, FormField } from "./declare-model.ts";

/** An answer as a reader expects it: the title of a choice, 是/否, the name of a region, a number with its unit. */
export function factText(field: FormField, value: FactValue): string {
  if (typeof value === "boolean") return value ? "是" : "否";
  if (typeof value === "number") return field.unit === undefined ? String(value) : `${value} ${field.unit}`;
  return field.type === "region" ? (regionOf(value)?.name ?? value) : titleOf(field, value);
}

function titleOf(field: FormField, value: string): string {
  return field.options?.find((option) => option.value === value)?.title ?? value;
}
