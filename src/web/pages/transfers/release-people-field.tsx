import { Button, Flex } from "antd";
import { useState } from "react";
import { SmallTable } from "../../components/data-table.tsx";
import { textOr } from "../../components/optional-text.ts";
import { PeoplePicker } from "../declarations/people-picker.tsx";
import { mostReleased, releasedPerson, type ReleasedPerson } from "./release-model.ts";

interface ReleasePeopleFieldProps {
  id?: string;
  value?: ReleasedPerson[];
  onChange?: (people: ReleasedPerson[]) => void;
}

/** 调出人员: who is released, each with what the platform has of him (TRF-04). */
export function ReleasePeopleField({ id, value = [], onChange }: ReleasePeopleFieldProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Flex gap={12} align="center" style={{ marginBottom: 8 }}>
        <Button {...(id === undefined ? {} : { id })} aria-label="选择调出人员" onClick={() => setOpen(true)}>
          选择调出人员
        </Button>
        <span>
          已选 <strong>{value.length}</strong> 人
        </span>
      </Flex>
      {value.length > 0 && (
        <SmallTable<ReleasedPerson>
          rowKey="id"
          dataSource={value}
          pagination={value.length > 10 ? { pageSize: 10, showTotal: (total) => `共 ${total} 人` } : false}
          columns={[
            ...personColumns,
            {
              title: "操作",
              key: "actions",
              render: (_: unknown, person) => (
                <Button
                  type="link"
                  size="small"
                  aria-label={`移除${person.name}`}
                  onClick={() => onChange?.(value.filter((one) => one.id !== person.id))}
                >
                  移除
                </Button>
              ),
            },
          ]}
        />
      )}
      <PeoplePicker
        open={open}
        title="选择调出人员"
        picked={value}
        personOf={releasedPerson}
        most={mostReleased}
        ownOnly
        onCancel={() => setOpen(false)}
        onConfirm={(people) => {
          onChange?.(people);
          setOpen(false);
        }}
      />
    </>
  );
}

const personColumns = [
  { title: "姓名", dataIndex: "name" },
  { title: "身份证号码", dataIndex: "maskedIdNumber" },
  { title: "部门", dataIndex: "departmentName", render: textOr },
  { title: "职称级别", dataIndex: "titleLevelName" },
  {
    title: "会计人员",
    dataIndex: "isAccountant",
    render: (isAccountant: boolean) => (isAccountant ? "是" : "否"),
  },
];
