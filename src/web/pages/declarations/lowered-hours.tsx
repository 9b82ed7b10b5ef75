import { Flex, InputNumber, Typography } from "antd";
import { subjectNames, type Hours } from "./hours-text.ts";

export interface LoweredHoursProps {
  id?: string;
  value?: Partial<Hours> | undefined;
  onChange?: (hours: Partial<Hours> | undefined) => void;
  computed: Hours | null;
}

const subjects = ["public", "professional"] as const;

/** 申报学时: as computed, or less; never more (DEC-11). */
export function LoweredHours({ id, value, onChange, computed }: LoweredHoursProps) {
  if (computed === null) {
    return <Typography.Text type="secondary">填写完成后显示</Typography.Text>;
  }
  const asked = subjects.filter((subject) => computed[subject] > 0);
  return (
    <Flex gap={16} wrap>
      {asked.map((subject, index) => (
        <InputNumber
          key={subject}
          {...(id === undefined || index > 0 ? {} : { id })}
          aria-label={`${subjectNames[subject]}申报学时`}
          prefix={subjectNames[subject]}
          suffix="学时"
          min={0}
          max={computed[subject]}
          step={1}
          value={Math.min(value?.[subject] ?? computed[subject], computed[subject])}
          onChange={(hours) => onChange?.(hours === null ? undefined : { ...value, [subject]: hours })}
          style={{ width: 220 }}
        />
      ))}
    </Flex>
  );
}
