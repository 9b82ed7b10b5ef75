import { Button, Flex, InputNumber } from "antd";
import { useState } from "react";
import { SmallTable } from "../../components/data-table.tsx";
import { PeoplePicker } from "../declarations/people-picker.tsx";
import { mostParticipants, participantOf, type Participant } from "./session-model.ts";

interface SessionParticipantsProps {
  id?: string;
  value?: Participant[];
  onChange?: (participants: Participant[]) => void;
  /** of one person, over the whole plan */
  plannedHours: number;
}

/** 参加人员 of one session, each with the hours that are declared for him (PLN-04, PLN-07). */
export function SessionParticipants({ id, value = [], onChange, plannedHours }: SessionParticipantsProps) {
  const [open, setOpen] = useState(false);
  const change = (person: Participant, hours: number | null) =>
    onChange?.(value.map((one) => (one.id === person.id ? { ...one, hours } : one)));
  return (
    <>
      <Flex gap={12} align="center" style={{ marginBottom: 8 }} wrap>
        <Button {...(id === undefined ? {} : { id })} aria-label="选择参加人员" onClick={() => setOpen(true)}>
          选择参加人员
        </Button>
        <span>
          已选 <strong>{value.length}</strong> 人
        </span>
        {value.length > 1 && (
          <SameHours
            most={plannedHours}
            onApply={(hours) => onChange?.(value.map((one) => ({ ...one, hours })))}
          />
        )}
      </Flex>
      {value.length > 0 && (
        <SmallTable<Participant>
          rowKey="id"
          dataSource={value}
          pagination={value.length > 10 ? { pageSize: 10, showTotal: (total) => `共 ${total} 人` } : false}
          columns={columnsOf(plannedHours, change, (person) =>
            onChange?.(value.filter((one) => one.id !== person.id)),
          )}
        />
      )}
      <PeoplePicker<Participant>
        open={open}
        title="选择参加人员"
        picked={value}
        personOf={(row) => participantOf(row, plannedHours)}
        most={mostParticipants}
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

/** The same hours for everybody, so that not each of five hundred is typed. */
function SameHours({ most, onApply }: { most: number; onApply: (hours: number) => void }) {
  const [hours, setHours] = useState<number | null>(most);
  return (
    <Flex gap={8} align="center">
      <InputNumber
        aria-label="每人学时"
        min={0.1}
        max={most}
        precision={1}
        value={hours}
        onChange={setHours}
        suffix="学时"
        style={{ width: 130 }}
      />
      <Button disabled={hours === null} onClick={() => hours !== null && onApply(hours)}>
        每人都设为此学时
      </Button>
    </Flex>
  );
}

function columnsOf(
  plannedHours: number,
  change: (person: Participant, hours: number | null) => void,
  remove: (person: Participant) => void,
) {
  return [
    { title: "姓名", dataIndex: "name" },
    { title: "身份证号码", dataIndex: "maskedIdNumber" },
    {
      title: "会计人员",
      dataIndex: "isAccountant",
      render: (isAccountant: boolean) => (isAccountant ? "是（计入公需科目）" : "否"),
    },
    {
      title: "学时",
      key: "hours",
      render: (_: unknown, person: Participant) => (
        <InputNumber
          aria-label={`${person.name}的学时`}
          min={0.1}
          max={plannedHours}
          precision={1}
          value={person.hours ?? null}
          status={person.hours === null ? "error" : ""}
          onChange={(hours) => change(person, hours)}
          style={{ width: 100 }}
        />
      ),
    },
    {
      title: "操作",
      key: "actions",
      render: (_: unknown, person: Participant) => (
        <Button type="link" size="small" aria-label={`移除${person.name}`} onClick={() => remove(person)}>
          移除
        </Button>
      ),
    },
  ];
}
