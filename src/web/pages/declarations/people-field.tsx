import { Alert, Button, Flex, Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import { StatusTag } from "../../components/status-tag.tsx";
import {
  isShown,
  peopleProblem,
  type Facts,
  type FactValue,
  type FormField,
  type PickedPerson,
} from "./declare-model.ts";
import { FactInput } from "./fact-input.tsx";
import { PeoplePicker, type PersonRow } from "./people-picker.tsx";

export interface PeopleFieldProps {
  id?: string;
  value?: PickedPerson[] | undefined;
  onChange?: (people: PickedPerson[]) => void;
  /** the fields that are asked of each person, such as the rank (DEC-12) */
  personalFields: readonly FormField[];
  commonFacts: Partial<Facts>;
}

/** 参加人员: who the declaration is for, with the answers that differ from person to person. */
export function PeopleField({ id, value = [], onChange, personalFields, commonFacts }: PeopleFieldProps) {
  const [open, setOpen] = useState(false);
  const problem = peopleProblem(value);
  const shownFields = personalFields.filter((field) => isShown(field, commonFacts));
  const change = (person: PickedPerson, name: string, fact: FactValue | undefined) =>
    onChange?.(
      value.map((one) => (one.id === person.id ? { ...one, facts: withFact(one.facts, name, fact) } : one)),
    );
  return (
    <div {...(id === undefined ? {} : { id })}>
      <Flex gap={12} align="center" style={{ marginBottom: 8 }}>
        <Button onClick={() => setOpen(true)}>选择人员</Button>
        <span>
          已选 <strong>{value.length}</strong> 人
        </span>
      </Flex>
      {problem !== null && (
        <Alert type="error" showIcon role="alert" title={problem} style={{ marginBottom: 8 }} />
      )}
      {value.length > 0 && (
        <Table<PickedPerson>
          size="small"
          rowKey="id"
          dataSource={value}
          pagination={value.length > 10 ? { pageSize: 10, showTotal: (total) => `共 ${total} 条` } : false}
          scroll={{ x: "max-content" }}
          columns={columnsOf(shownFields, change, (person) =>
            onChange?.(value.filter((one) => one.id !== person.id)),
          )}
        />
      )}
      <PeoplePicker
        open={open}
        title="选择参加人员"
        picked={value}
        personOf={pickedPerson}
        problemOf={peopleProblem}
        onCancel={() => setOpen(false)}
        onConfirm={(people) => {
          onChange?.(people);
          setOpen(false);
        }}
      />
    </div>
  );
}

function columnsOf(
  fields: readonly FormField[],
  change: (person: PickedPerson, name: string, fact: FactValue | undefined) => void,
  remove: (person: PickedPerson) => void,
): ColumnsType<PickedPerson> {
  return [
    { title: "姓名", dataIndex: "name" },
    { title: "身份证号码", dataIndex: "maskedIdNumber" },
    { title: "单位", dataIndex: "organizationName" },
    {
      title: "会计人员",
      dataIndex: "isAccountant",
      render: (isAccountant: boolean) =>
        isAccountant ? <StatusTag status="updated" name="会计人员" /> : "否",
    },
    ...fields.map((field) => ({
      title: field.required ? `${field.title}（必填）` : field.title,
      key: field.name,
      render: (_: unknown, person: PickedPerson) => (
        <FactInput
          field={field}
          label={`${person.name}的${field.title}`}
          value={person.facts[field.name]}
          onChange={(fact) => change(person, field.name, fact)}
        />
      ),
    })),
    {
      title: "操作",
      key: "actions",
      render: (_: unknown, person: PickedPerson) => (
        <Button type="link" size="small" onClick={() => remove(person)} aria-label={`移除${person.name}`}>
          移除
        </Button>
      ),
    },
  ];
}

function pickedPerson({ id, name, maskedIdNumber, organizationName, isAccountant }: PersonRow): PickedPerson {
  return { id, name, maskedIdNumber, organizationName, isAccountant, facts: {} };
}

function withFact(facts: Partial<Facts>, name: string, fact: FactValue | undefined): Partial<Facts> {
  const next = { ...facts };
  if (fact === undefined) delete next[name];
  else next[name] = fact;
  return next;
}
