import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { listPeople } from "../../../shared/contracts/people.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi, errorText } from "../../api.ts";
import { SmallTable } from "../../components/data-table.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { useHasModule } from "../../session.tsx";
import { SelectAll } from "../workflow/page-selection.tsx";
import { PeopleByIdNumber } from "./people-by-id-number.tsx";

export type PersonRow = ResponseOf<typeof listPeople>["rows"][number];

/** What the picker must know of everybody chosen; who uses it keeps more. */
interface Chosen {
  id: string;
  name: string;
}

export interface PickerBodyProps<Person extends Chosen> {
  picked: readonly Person[];
  /** what is kept of a row that is chosen */
  personOf: (row: PersonRow) => Person;
  /** why these may not be chosen together, else null */
  problemOf?: (people: readonly Person[]) => string | null;
  /** how many at most */
  most?: number;
  /** the unit's own people only, not those of the units below it */
  ownOnly?: boolean;
  onCancel: () => void;
  onConfirm: (people: Person[]) => void;
}

export interface PeoplePickerProps<Person extends Chosen> extends PickerBodyProps<Person> {
  open: boolean;
  title: string;
}

/**
 * Chooses people, across pages; refuses at once what may not be chosen together (DEC-02). Whoever may not search among
 * people finds each by the ID number.
 */
export function PeoplePicker<Person extends Chosen>({ open, title, ...body }: PeoplePickerProps<Person>) {
  return (
    <Modal open={open} title={title} width={920} onCancel={body.onCancel} footer={null} destroyOnHidden>
      <PickerBody {...body} />
    </Modal>
  );
}

function PickerBody<Person extends Chosen>(props: PickerBodyProps<Person>) {
  const { picked, personOf, problemOf, most = 200, ownOnly = false, onCancel, onConfirm } = props;
  const mayQuery = useHasModule("people:query");
  const [chosen, setChosen] = useState(() => new Map(picked.map((person) => [person.id, person])));
  const people = [...chosen.values()];
  const tooMany = people.length > most ? `一次最多${most}人，请减少后再确定` : null;
  const problem = problemOf?.(people) ?? tooMany;
  const toggle = (rows: readonly PersonRow[], add: boolean) =>
    setChosen((current) => {
      const next = new Map(current);
      for (const row of rows) {
        if (add) next.set(row.id, next.get(row.id) ?? personOf(row));
        else next.delete(row.id);
      }
      return next;
    });
  return (
    <>
      {mayQuery ? (
        <PeopleTable chosen={chosen} ownOnly={ownOnly} onToggle={toggle} />
      ) : (
        <PeopleByIdNumber people={people} ownOnly={ownOnly} onFound={(row) => toggle([row], true)} />
      )}
      <Flex justify="space-between" align="center" gap={12} style={{ marginTop: 12 }} wrap>
        <span aria-live="polite">
          已选 <strong>{people.length}</strong> 人{" "}
          {people.length > 0 && (
            <Button type="link" size="small" onClick={() => setChosen(new Map())}>
              清空
            </Button>
          )}
        </span>
        <PickerActions disabled={problem !== null} onCancel={onCancel} onConfirm={() => onConfirm(people)} />
      </Flex>
      {problem !== null && (
        <Alert type="error" showIcon role="alert" title={problem} style={{ marginTop: 12 }} />
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
  chosen: ReadonlyMap<string, Chosen>;
  ownOnly: boolean;
  onToggle: (rows: readonly PersonRow[], add: boolean) => void;
}

function PeopleTable({ chosen, ownOnly, onToggle }: PeopleTableProps) {
  const [filter, setFilter] = useState<{ name: string; kind: "" | "true" | "false"; page: number }>({
    name: "",
    kind: "",
    page: 1,
  });
  const query = useQuery({
    queryKey: ["listPeople", "picker", filter, ownOnly],
    queryFn: () =>
      callApi(listPeople, {
        ...(filter.name === "" ? {} : { name: filter.name }),
        ...(filter.kind === "" ? {} : { isAccountant: filter.kind }),
        ownOnly: ownOnly ? "true" : "false",
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
