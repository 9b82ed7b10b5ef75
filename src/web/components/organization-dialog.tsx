import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { Button, Input, Modal, Select, Table } from "antd";
import { useState } from "react";
import { searchOrganizations } from "../../shared/contracts/organizations.ts";
import { organizationKinds } from "../../shared/dictionaries/organizations.ts";
import { callApi, errorText } from "../api.ts";
import { EmptyList } from "./data-table.tsx";
import type { OrganizationOption, OrganizationPickerProps } from "./organization-picker.tsx";
import { RegionCascader } from "./region-cascader.tsx";

interface DialogProps extends OrganizationPickerProps {
  /** null: closed without a choice */
  onClose: (picked: OrganizationOption | null) => void;
}

interface Filter {
  kinds: string;
  regionCode: string | undefined;
  name: string;
  page: number;
}

/** The popup of OrganizationPicker: filters above, one row per organization, a click or Enter on 选择 takes it. */
export function OrganizationDialog({ title, kinds, regionCode, withinRegion, onClose }: DialogProps) {
  const [filter, setFilter] = useState<Filter>({ kinds: kinds.join(","), regionCode, name: "", page: 1 });
  const query = useQuery({
    queryKey: ["organization-options", filter, withinRegion],
    queryFn: ({ signal }) =>
      callApi(
        searchOrganizations,
        { ...searchOf(filter, withinRegion === true), page: filter.page, pageSize: 8 },
        { signal },
      ),
    placeholderData: keepPreviousData,
  });
  return (
    <Modal
      open
      width={860}
      title={`选择${title}`}
      footer={null}
      onCancel={() => onClose(null)}
      destroyOnHidden
    >
      <FilterBar
        filter={filter}
        kinds={kinds}
        onChange={(changes) => setFilter({ ...filter, ...changes, page: 1 })}
      />
      {query.isError && (
        <p className="field-problem" role="alert">
          {errorText(query.error)}
        </p>
      )}
      <Table<OrganizationOption>
        size="small"
        rowKey="id"
        dataSource={query.data?.rows ?? []}
        loading={query.isFetching}
        locale={{
          emptyText: <EmptyList hint="可放宽区域或只输入名称中的几个字；未通过审核的单位不能被选择" />,
        }}
        columns={[
          { key: "name", title: "名称", dataIndex: "name" },
          { key: "kind", title: "机构类型", dataIndex: "kindName", width: 110 },
          { key: "region", title: "所属区域", dataIndex: "regionPath", width: 240 },
          {
            key: "pick",
            title: "操作",
            width: 80,
            render: (_value, row) => (
              <Button type="link" size="small" onClick={() => onClose(row)} aria-label={`选择${row.name}`}>
                选择
              </Button>
            ),
          },
        ]}
        pagination={{
          current: filter.page,
          pageSize: 8,
          total: query.data?.total ?? 0,
          showSizeChanger: false,
          showTotal: (total) => `共 ${total} 条`,
          onChange: (page) => setFilter({ ...filter, page }),
        }}
      />
    </Modal>
  );
}

function searchOf(filter: Filter, withinRegion: boolean) {
  // A whole province or city is meant with everything below it; a county has nothing below.
  const within = withinRegion || filter.regionCode?.endsWith("00") === true;
  return {
    kinds: filter.kinds,
    ...(filter.regionCode === undefined ? {} : { regionCode: filter.regionCode }),
    ...(within ? ({ withinRegion: "true" } as const) : {}),
    ...(filter.name === "" ? {} : { name: filter.name }),
  };
}

interface FilterBarProps {
  filter: Filter;
  kinds: OrganizationPickerProps["kinds"];
  onChange: (changes: Partial<Filter>) => void;
}

function FilterBar({ filter, kinds, onChange }: FilterBarProps) {
  const all = kinds.join(",");
  const options = organizationKinds
    .filter((kind) => kinds.some((wanted) => wanted === kind.code))
    .map((kind) => ({ value: kind.code, label: kind.name }));
  return (
    <div className="dialog-filter">
      <RegionCascader
        value={filter.regionCode}
        onChange={(regionCode) => onChange({ regionCode })}
        placeholder="全部区域"
      />
      {kinds.length > 1 && (
        <Select
          aria-label="机构类型"
          value={filter.kinds}
          options={[{ value: all, label: "全部类型" }, ...options]}
          onChange={(next) => onChange({ kinds: next })}
        />
      )}
      <Input.Search
        allowClear
        aria-label="名称"
        placeholder="输入名称，按回车查询"
        enterButton="查询"
        onSearch={(name) => onChange({ name: name.trim() })}
      />
    </div>
  );
}
