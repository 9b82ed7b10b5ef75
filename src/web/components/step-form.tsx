import { Button, Form, type FormInstance, type FormProps } from "antd";
import { useState, type ReactNode } from "react";
import { ErrorSummary, type SummaryProblem } from "./error-summary.tsx";

export interface StepFormProps<Values extends object> {
  form: FormInstance<Values>;
  /** antd puts it before the ids of the fields */
  name: string;
  labels: Readonly<Record<string, string>>;
  initial: Partial<Values>;
  /** refusals of an earlier submission that concern this step */
  refused: readonly SummaryProblem[];
  onChange?: (values: Partial<Values>) => void;
  onBack?: (values: Partial<Values>) => void;
  onNext: (values: Values) => void;
  /** which set of fields is shown: what was wrong with another set is gone with it */
  variant?: string;
  children: ReactNode;
}

type FieldsChange = NonNullable<FormProps["onFieldsChange"]>;

/**
 * A step of a wizard: its fields, 上一步 and 下一步, and above them all that is wrong, each line a link to its field. A
 * line goes away when its field has been put right (REG-24).
 */
export function StepForm<Values extends object>(props: StepFormProps<Values>) {
  const { form, name, labels, initial, refused, variant = "", onChange, onBack, onNext, children } = props;
  const [met, setMet] = useState({ variant, problems: refused });
  const [solved, setSolved] = useState<ReadonlySet<string>>(new Set());
  const idOf = (field: readonly (string | number)[]) => `${name}_${field.join("_")}`;
  const noteSolved: FieldsChange = (_changed, fields) => {
    const right = fields.filter((field) => field.validating !== true && (field.errors ?? []).length === 0);
    setSolved(new Set(right.map((field) => idOf(field.name))));
  };
  return (
    <>
      {met.variant === variant && <ErrorSummary problems={met.problems} solved={solved} />}
      <Form<Values>
        form={form}
        name={name}
        layout="vertical"
        initialValues={initial}
        scrollToFirstError
        onValuesChange={(_changed, values) => onChange?.(values)}
        onFieldsChange={noteSolved}
        onFinish={onNext}
        onFinishFailed={({ errorFields }) => {
          setSolved(new Set());
          const problems = errorFields.map((field) => ({
            fieldId: idOf(field.name),
            label: labels[field.name.join("_")],
            message: field.errors[0] ?? "有误",
          }));
          setMet({ variant, problems });
        }}
      >
        {children}
        <div className="form-actions">
          {onBack !== undefined && (
            <Button size="large" onClick={() => onBack(form.getFieldsValue())}>
              上一步
            </Button>
          )}
          <Button type="primary" htmlType="submit" size="large">
            下一步
          </Button>
        </div>
      </Form>
    </>
  );
}
