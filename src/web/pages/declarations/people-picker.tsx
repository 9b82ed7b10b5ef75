import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { listPeople } from "../../../shared/contracts/people.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi, errorText } from "../../api.ts";
import { SmallTable } from "../../components/data-table.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { SelectAll } from "../workflow/page-selection.tsx";
import { peopleProblem, type PickedPerson } from "./declare-model.ts";

type PersonRow = ResponseOf<typeof listPeople>["rows"][number];

export interface PeoplePickerProps {
  open: boolean;
  picked: readonly PickedPerson[];
  onCancel: () => void;
  onConfirm: (people: PickedPerson[]) => void;
}

const limit = 200;

/** Chooses the people of a declaration, across pages; refuses accountants together with others at once (DEC-02). */
export function PeoplePicker({ open, picked, onCancel, onConfirm }: PeoplePickerProps) {
  return (
    <Modal open={open} title="选择参加人员" width={920} onCancel={onCancel} footer={null} destroyOnHidden>
      <PickerBody picked={picked} onCancel={onCancel} onConfirm={onConfirm} />
    </Modal>
  );
}

function PickerBody({ picked, onCancel, onConfirm }: Omit<PeoplePickerProps, "open">) {
  const [chosen, setChosen] = useState(() => new Map(picked.map((person) => [person.id, person])));
  const people = [...chosen.values()];
  const problem = peopleProblem(people);
  const tooMany = people.length > limit ? `一次最多${limit}人，请减少后再确定` : null;
  const toggle = (rows: readonly PersonRow[], add: boolean) =>
    setChosen((current) => {
      const next = new Map(current);
      for (const row of rows) {
        if (add) next.set(row.id, next.get(row.id) ?? pickedPerson(row));
        else next.delete(row.id);
      }
      return next;
    });
  return (
    <>
      <PeopleTable chosen={chosen} onToggle={toggle} />
      <Flex justify="space-between" align="center" gap={12} style={{ marginTop: 12 }} wrap>
        <span aria-live="polite">
          已选 <strong>{people.length}</strong> 人{" "}
          {people.length > 0 && (
            <Button type="link" size="small" onClick={() => setChosen(new Map())}>
              清空
            </Button>
          )}
        </span>
        <PickerActions
          disabled={problem !== null || tooMany !== null}
          onCancel={onCancel}
          onConfirm={() => onConfirm(people)}
        />
      </Flex>
      {(problem ?? tooMany) !== null && (
        <Alert type="error" showIcon role="alert" title={problem ?? tooMany} style={{ marginTop: 12 }} />
      )}
    </>
  );
}

function PickerActions(props: { disabled: boolean; onCancel: () => void; onConfirm: () => void }) {
  return (
    <Flex gap={8}>
      <Button onClick={props.onCancel}>取消</Button>
      <Button type="primary" disabled={props.disabled} onClick={props.onConfirm}>
        确定
      </Button>
    </Flex>
  );
}

interface PeopleTableProps {
  chosen: ReadonlyMap<string, PickedPerson>;
  onToggle: (rows: readonly PersonRow[], add: boolean) => void;
}

function PeopleTable({ chosen, onToggle }: PeopleTableProps) {
  const [filter, setFilter] = useState<{ name: string; kind: "" | "true" | "false"; page: number }>({
    name: "",
    kind: "",
    page: 1,
  });
  const query = useQuery({
    queryKey: ["listPeople", "picker", filter],
    queryFn: () =>
      callApi(listPeople, {
        ...(filter.name === "" ? {} : { name: filter.name }),
        ...(filter.kind === "" ? {} : { isAccountant: filter.kind }),
        page: filter.page,
        pageSize: 10,
      }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PickerFilter onFilter={(change) => setFilter((current) => ({ ...current, ...change, page: 1 }))} />
      {query.error !== null && (
        <Alert type="error" title={errorText(query.error)} style={{ marginBottom: 12 }} />
      )}
      <SmallTable<PersonRow>
        rowKey="id"
        loading={query.isFetching}
        dataSource={query.data?.rows ?? []}
        columns={columns}
        rowSelection={{
          selectedRowKeys: [...chosen.keys()],
          preserveSelectedRowKeys: true,
          columnTitle: (checkbox) => <SelectAll checkbox={checkbox} />,
          getCheckboxProps: (row) => ({
            disabled: row.status !== "active",
            "aria-label": `选择${row.name}`,
          }),
          onSelect: (row, selected) => onToggle([row], selected),
          onSelectAll: (selected, _rows, changed) => onToggle(changed, selected),
        }}
        pagination={{
          current: filter.page,
          pageSize: 10,
          total: query.data?.total ?? 0,
          showSizeChanger: false,
          showTotal: (total) => `共 ${total} 条`,
          onChange: (page) => setFilter((current) => ({ ...current, page })),
        }}
      />
    </>
  );
}

function PickerFilter({
  onFilter,
}: {
  onFilter: (change: { name?: string; kind?: "" | "true" | "false" }) => void;
}) {
  return (
    <Form layout="inline" style={{ marginBottom: 12 }}>
      <Form.Item label="姓名" htmlFor="picker-name">
        <Input.Search
          id="picker-name"
          allowClear
          placeholder="请输入姓名"
          onSearch={(name) => onFilter({ name: name.trim() })}
        />
      </Form.Item>
      <Form.Item label="人员类别" htmlFor="picker-kind">
        <Select
          id="picker-kind"
          defaultValue=""
          style={{ width: 160 }}
          onChange={(kind: "" | "true" | "false") => onFilter({ kind })}
          options={[
            { value: "", label: "全部" },
            { value: "true", label: "会计人员" },
            { value: "false", label: "非会计人员" },
          ]}
        />
      </Form.Item>
    </Form>
  );
}

const columns = [
  { title: "姓名", dataIndex: "name" },
  { title: "身份证号码", dataIndex: "maskedIdNumber" },
  { title: "单位", dataIndex: "organizationName" },
  { title: "职称级别", dataIndex: "titleLevelName" },
  {
    title: "会计人员",
    dataIndex: "isAccountant",
    render: (isAccountant: boolean) => (isAccountant ? <StatusTag status="updated" name="会计人员" /> : "否"),
  },
];

function pickedPerson(row: PersonRow): PickedPerson {
  return {
    id: row.id,
    name: row.name,
    maskedIdNumber: row.maskedIdNumber,
    organizationName: row.organizationName,
    isAccountant: row.isAccountant,
    facts: {},
  };
}
