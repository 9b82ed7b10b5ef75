import { Alert, Form, Input, Radio } from "antd";
import { Link } from "react-router";
import { email, landline, text } from "../../../shared/contracts/fields.ts";
import { IdNumberField, PhoneField } from "../../components/account-fields.tsx";
import type { SummaryProblem } from "../../components/error-summary.tsx";
import { ruleOf } from "../../components/field-rules.ts";
import { StepForm } from "../../components/step-form.tsx";
import { PasswordFields } from "../accounts/password-fields.tsx";
import { applicantLabels, type ApplicantValues } from "./unit-model.ts";

export interface ApplicantStepProps {
  initial: Partial<ApplicantValues>;
  refused: readonly SummaryProblem[];
  onBack: (values: Partial<ApplicantValues>) => void;
  onNext: (values: ApplicantValues) => void;
}

/** Step 2 of the wizard: 申请人账户基本信息, for 已是本系统用户 or 非本系统用户 (REG-14 – REG-17). */
export function ApplicantStep({ initial, refused, onBack, onNext }: ApplicantStepProps) {
  const [form] = Form.useForm<ApplicantValues>();
  const kind = Form.useWatch("kind", form) ?? initial.kind ?? "new";
  return (
    <StepForm<ApplicantValues>
      variant={kind}
      form={form}
      name="applicant"
      labels={applicantLabels}
      initial={{ kind: "new", ...initial }}
      refused={refused}
      onBack={onBack}
      onNext={(values) => onNext({ ...values, kind } as ApplicantValues)}
    >
      <Form.Item name="kind" label="申请人" extra={<KindHelp />}>
        <Radio.Group
          options={[
            { value: "new", label: "非本系统用户" },
            { value: "existing", label: "已是本系统用户" },
          ]}
        />
      </Form.Item>
      {kind === "existing" ? <ExistingFields /> : <NewFields />}
    </StepForm>
  );
}

function KindHelp() {
  return (
    <>
      身份证号码已在本平台注册过的（包括专业技术人员），请选择「已是本系统用户」。
      <Link to="/help#q-operation-12" target="_blank">
        两者有什么区别？
      </Link>
    </>
  );
}

function ExistingFields() {
  return (
    <>
      <Alert
        type="info"
        showIcon
        title="请输入您在本平台的身份证号码和登录密码，验证通过后即以该账号申请"
        style={{ marginBottom: 16 }}
      />
      <div className="form-grid">
        <IdNumberField extra="即登录账户" />
        <Form.Item name="password" label="密码" rules={[{ required: true, message: "请输入密码" }]}>
          <Input.Password autoComplete="current-password" maxLength={72} />
        </Form.Item>
      </div>
    </>
  );
}

function NewFields() {
  return (
    <div className="form-grid">
      <IdNumberField extra="即登录账户" />
      <Form.Item name="name" label="真实姓名" rules={ruleOf(text(50, 2), "请输入真实姓名")}>
        <Input autoComplete="name" maxLength={50} />
      </Form.Item>
      <PasswordFields title="密码" />
      <PhoneField extra="忘记密码时用于接收短信验证码" />
      <Form.Item name="email" label="电子邮箱（选填）" rules={ruleOf(email)}>
        <Input autoComplete="email" inputMode="email" maxLength={100} />
      </Form.Item>
      <Form.Item name="landline" label="固定电话（选填）" rules={ruleOf(landline)}>
        <Input autoComplete="tel" maxLength={30} />
      </Form.Item>
    </div>
  );
}
