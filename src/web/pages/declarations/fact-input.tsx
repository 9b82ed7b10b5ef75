import { Form, Input, InputNumber, Radio, Select } from "antd";
import type { FormRule } from "antd";
import type { ComponentType } from "react";
import { RegionCascader } from "../../components/region-cascader.tsx";
import { DateField } from "./date-field.tsx";
import { isShown, type Facts, type FactValue, type FormField } from "./declare-model.ts";

export interface FactInputProps {
  id?: string;
  field: FormField;
  value?: FactValue | undefined;
  onChange?: (value: FactValue | undefined) => void;
  /** where no visible label belongs to the input (a table cell) */
  label?: string;
}

/** The input for one fact of a form, chosen by its type in the rule pack; an unknown type is asked as text. */
export function FactInput(props: FactInputProps) {
  const Control = controls[props.field.type] ?? TextFact;
  return <Control {...props} />;
}

const controls: Partial<Record<string, ComponentType<FactInputProps>>> = {
  integer: NumberFact,
  number: NumberFact,
  hours: NumberFact,
  select: ChoiceFact,
  boolean: YesNoFact,
  date: DateFact,
  region: RegionFact,
};

/** The id that ties the form's label to the input, or a name where there is no label to see. */
function named({ id, label }: FactInputProps) {
  return { ...(id === undefined ? {} : { id }), ...(label === undefined ? {} : { "aria-label": label }) };
}

function NumberFact(props: FactInputProps) {
  const { field, value, onChange } = props;
  const unit = field.unit ?? (field.type === "hours" ? "学时" : undefined);
  return (
    <InputNumber
      {...named(props)}
      value={typeof value === "number" ? value : null}
      onChange={(next) => onChange?.(next ?? undefined)}
      {...(field.min === undefined ? {} : { min: field.min })}
      {...(field.max === undefined ? {} : { max: field.max })}
      {...(field.type === "integer" ? { precision: 0 } : { step: 0.5 })}
      {...(unit === undefined ? {} : { suffix: unit })}
      style={{ width: "100%", maxWidth: 220 }}
    />
  );
}

function ChoiceFact(props: FactInputProps) {
  const { field, value, onChange } = props;
  return (
    <Select
      {...named(props)}
      value={typeof value === "string" ? value : null}
      onChange={(next: string | undefined) => onChange?.(next)}
      options={(field.options ?? []).map((option) => ({ value: option.value, label: option.title }))}
      placeholder="请选择"
      allowClear
      style={{ width: "100%", minWidth: 140, maxWidth: 420 }}
    />
  );
}

function YesNoFact(props: FactInputProps) {
  return (
    <Radio.Group
      {...named(props)}
      aria-label={props.label ?? props.field.title}
      value={props.value}
      onChange={(event) => props.onChange?.(event.target.value === true)}
      options={[
        { value: true, label: "是" },
        { value: false, label: "否" },
      ]}
    />
  );
}

function DateFact(props: FactInputProps) {
  const value = typeof props.value === "string" ? props.value : undefined;
  return <DateField {...named(props)} value={value} onChange={(next) => props.onChange?.(next)} />;
}

function RegionFact({ id, value, onChange }: FactInputProps) {
  return (
    <RegionCascader
      {...(id === undefined ? {} : { id })}
      value={typeof value === "string" ? value : undefined}
      onChange={(next) => onChange?.(next)}
    />
  );
}

function TextFact(props: FactInputProps) {
  return (
    <Input
      {...named(props)}
      value={typeof props.value === "string" ? props.value : ""}
      onChange={(event) => props.onChange?.(event.target.value)}
      maxLength={props.field.maxLength ?? 200}
    />
  );
}

/** All fields of a form that are asked at present; those of single people only where `withPersonal`. */
export function FactFields({
  fields,
  facts,
  withPersonal,
}: {
  fields: readonly FormField[];
  facts: Partial<Facts>;
  withPersonal: boolean;
}) {
  return fields
    .filter((field) => isShown(field, facts) && (withPersonal || field.perPerson !== true))
    .map((field) => (
      <Form.Item
        key={field.name}
        name={["facts", field.name]}
        className={isLong(field) ? "wide-field" : "short-field"}
        label={field.title}
        rules={rulesOf(field)}
        {...(field.help === undefined ? {} : { extra: field.help })}
      >
        <FactInput field={field} />
      </Form.Item>
    ));
}

const shortTexts = /^(isbn|issn|cn|doi|term|.*Number)$/;

/** Names and titles get a whole line; numbers, dates, choices and codes share one. */
function isLong(field: FormField): boolean {
  return field.type === "text" && !shortTexts.test(field.name);
}

function rulesOf(field: FormField): FormRule[] {
  return field.required ? [{ required: true, message: `请填写${field.title}` }] : [];
}
