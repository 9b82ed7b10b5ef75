import { Form, Input, InputNumber, Radio, Select } from "antd";
import { planContent } from "../../../shared/contracts/training-plans.ts";
import { ruleOf } from "../../components/field-rules.ts";
import { FileUpload } from "../../components/file-upload.tsx";
import { KeptFiles } from "../../components/kept-files.tsx";
import { DateField } from "../declarations/date-field.tsx";
import { subjectNames } from "../declarations/hours-text.ts";
import { planLabels, type Attachment, type PlanValues } from "./plan-model.ts";

type Name = keyof typeof planLabels;

/** The fields of a plan (PLN-06). The year of a plan that is corrected or amended stays (`fixedYear`). */
export function PlanFields({ year, fixedYear }: { year: number; fixedYear: boolean }) {
  return (
    <div className="field-grid">
      <TextField name="name" className="wide-field" max={100} extra="如“院内感染防控专题培训”" />
      <Form.Item name="year" label={planLabels.year} rules={[{ required: true, message: "请选择年度" }]}>
        <Select
          disabled={fixedYear}
          options={[year, year + 1].map((value) => ({ value, label: `${value}年度` }))}
        />
      </Form.Item>
      <Form.Item
        name="subject"
        label={planLabels.subject}
        rules={[{ required: true, message: "请选择计入科目" }]}
      >
        <Radio.Group
          options={(["professional", "public"] as const).map((value) => ({
            value,
            label: subjectNames[value],
          }))}
        />
      </Form.Item>
      <Form.Item name="startDate" label={planLabels.startDate} rules={[dateRule("开始"), inYear]}>
        <DateField />
      </Form.Item>
      <Form.Item
        name="endDate"
        label={planLabels.endDate}
        dependencies={["startDate"]}
        rules={[dateRule("结束"), inYear, notBeforeStart]}
      >
        <DateField />
      </Form.Item>
      <NumberField name="plannedPeople" unit="人" />
      <NumberField name="plannedHours" unit="学时" extra="每人参加全部培训的学时" />
      <TextField name="place" max={200} />
      <TextField name="contactName" max={50} />
      <TextField name="contactPhone" max={30} />
      <TextField name="content" className="wide-field" max={5000} rows={5} />
      <TextField name="teachers" className="wide-field" max={1000} rows={2} extra="姓名、单位、职称" />
      <Form.Item name="attachments" label={planLabels.attachments} className="wide-field">
        <Attachments />
      </Form.Item>
    </div>
  );
}

function TextField({
  name,
  max,
  rows,
  ...item
}: {
  name: Exclude<Name, "attachments">;
  max: number;
  rows?: number;
  className?: string;
  extra?: string;
}) {
  const label = planLabels[name];
  return (
    <Form.Item name={name} label={label} rules={ruleOf(planContent[name], `请填写${label}`)} {...item}>
      {rows === undefined ? (
        <Input maxLength={max} autoComplete="off" />
      ) : (
        <Input.TextArea rows={rows} maxLength={max} showCount />
      )}
    </Form.Item>
  );
}

function NumberField({
  name,
  unit,
  extra,
}: {
  name: "plannedPeople" | "plannedHours";
  unit: string;
  extra?: string;
}) {
  const label = planLabels[name];
  return (
    <Form.Item
      name={name}
      label={label}
      {...(extra === undefined ? {} : { extra })}
      rules={ruleOf(planContent[name], `请填写${label}`)}
    >
      <InputNumber min={0} suffix={unit} style={{ width: "100%", maxWidth: 220 }} />
    </Form.Item>
  );
}

function dateRule(which: string) {
  return { required: true, message: `请选择${which}日期` };
}

type Values = { getFieldValue: (name: keyof PlanValues) => unknown };

const inYear = ({ getFieldValue }: Values) => ({
  validator: async (_rule: unknown, date: string | undefined) => {
    const year = getFieldValue("year") as number | undefined;
    if (date === undefined || year === undefined || date.startsWith(`${year}-`)) return;
    throw new Error(`日期应在${year}年度内`);
  },
});

const notBeforeStart = ({ getFieldValue }: Values) => ({
  validator: async (_rule: unknown, end: string | undefined) => {
    const start = getFieldValue("startDate");
    if (typeof start === "string" && end !== undefined && end < start)
      throw new Error("结束日期不能早于开始日期");
  },
});

const kinds = [
  { key: "curriculum", title: "课程表" },
  { key: "other", title: "其他材料" },
] as const;

interface AttachmentsProps {
  id?: string;
  value?: Attachment[];
  onChange?: (files: Attachment[]) => void;
}

function Attachments({ id, value = [], onChange }: AttachmentsProps) {
  return (
    <div {...(id === undefined ? {} : { id })} className="evidence-grid">
      {kinds.map(({ key, title }) => (
        <section key={key} aria-label={title}>
          <KeptFiles
            files={value.filter((file) => file.key === key)}
            onRemove={(removed) => onChange?.(value.filter((file) => file !== removed))}
          />
          <FileUpload
            title={title}
            onChange={(file) => {
              if (file !== undefined) onChange?.([...value, { ...file, key }]);
            }}
          />
        </section>
      ))}
    </div>
  );
}
