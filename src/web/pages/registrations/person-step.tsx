import { Form, Input, Radio, Select, type FormInstance } from "antd";
import { email, text } from "../../../shared/contracts/fields.ts";
import { nations } from "../../../shared/dictionaries/people.ts";
import { accountantSeries, titleLevels, titleSeries } from "../../../shared/dictionaries/titles.ts";
import { IdNumberField, PhoneField } from "../../components/account-fields.tsx";
import { byLabel, optionsOf } from "../../components/dictionary-options.ts";
import type { SummaryProblem } from "../../components/error-summary.tsx";
import { ruleOf } from "../../components/field-rules.ts";
import { OrganizationPicker } from "../../components/organization-picker.tsx";
import { RegionCascader } from "../../components/region-cascader.tsx";
import { StepForm } from "../../components/step-form.tsx";
import { PasswordFields } from "../accounts/password-fields.tsx";
import { DateField } from "../declarations/date-field.tsx";
import { DepartmentField } from "./department-field.tsx";
import { personLabels, type PersonValues } from "./person-model.ts";

export interface PersonStepProps {
  initial: Partial<PersonValues>;
  refused: readonly SummaryProblem[];
  onChange: (values: Partial<PersonValues>) => void;
  onNext: (values: PersonValues) => void;
}

/** The registration form of a person: account, unit, title, further data (PER-01). */
export function PersonStep({ initial, refused, onChange, onNext }: PersonStepProps) {
  const [form] = Form.useForm<PersonValues>();
  return (
    <StepForm<PersonValues>
      form={form}
      name="person"
      labels={personLabels}
      initial={initial}
      refused={refused}
      onChange={onChange}
      onNext={onNext}
    >
      <AccountFields />
      <UnitFields form={form} />
      <TitleFields form={form} />
      <FurtherFields />
    </StepForm>
  );
}

function AccountFields() {
  return (
    <section className="form-section" aria-labelledby="account-title">
      <h2 id="account-title">登录账户</h2>
      <div className="form-grid">
        <IdNumberField extra="即登录账户，注册后不可更改；性别和出生日期由此得出" />
        <Form.Item
          name="name"
          label="姓名"
          extra="与身份证一致，注册后不可随意更改"
          rules={ruleOf(text(50, 2), "请输入姓名")}
        >
          <Input autoComplete="name" maxLength={50} />
        </Form.Item>
        <PasswordFields title="密码" />
        <PhoneField />
        <Form.Item name="email" label="电子邮箱" rules={ruleOf(email, "请输入电子邮箱")}>
          <Input autoComplete="email" inputMode="email" maxLength={100} />
        </Form.Item>
      </div>
    </section>
  );
}

function UnitFields({ form }: { form: FormInstance<PersonValues> }) {
  const regionCode = Form.useWatch("regionCode", form);
  const organization = Form.useWatch("organization", form);
  return (
    <section className="form-section" aria-labelledby="unit-title">
      <h2 id="unit-title">所在单位</h2>
      <div className="form-grid">
        <Form.Item name="regionCode" label="用人单位所属区域" extra="用来缩小单位的查找范围">
          <RegionCascader />
        </Form.Item>
        <Form.Item
          name="organization"
          label="所在单位"
          extra="由所选单位审核您的注册；单位尚未注册的，请先由单位注册"
          rules={[{ required: true, message: "请选择所在单位" }]}
        >
          <OrganizationPicker
            title="所在单位"
            kinds={["employer", "authority", "base"]}
            regionCode={regionCode}
            withinRegion
            // A department of the former unit is none of the new one's.
            onChange={() => form.setFieldValue("department", undefined)}
          />
        </Form.Item>
        <DepartmentField organizationId={organization?.id} />
      </div>
    </section>
  );
}

function TitleFields({ form }: { form: FormInstance<PersonValues> }) {
  return (
    <section className="form-section" aria-labelledby="title-title">
      <h2 id="title-title">职称</h2>
      <div className="form-grid">
        <Form.Item name="titleSeries" label="职称系列（选填）">
          <Select
            allowClear
            placeholder="请选择职称系列"
            options={optionsOf(titleSeries)}
            showSearch={byLabel}
            onChange={(series: string | undefined) => {
              // The series only sets the default: who works in accounting may hold another title (ACC-01).
              if (series === accountantSeries) form.setFieldValue("isAccountant", "true");
            }}
          />
        </Form.Item>
        <Form.Item name="titleLevel" label="职称级别" rules={[{ required: true, message: "请选择职称级别" }]}>
          <Select placeholder="请选择职称级别，没有职称的选「无职称」" options={optionsOf(titleLevels)} />
        </Form.Item>
        <Form.Item name="titleName" label="职称名称（选填）" rules={ruleOf(text(50))}>
          <Input maxLength={50} placeholder="如 主治医师" />
        </Form.Item>
        <Form.Item name="titleObtainedOn" label="取得时间（选填）">
          <DateField />
        </Form.Item>
        <Form.Item
          name="isAccountant"
          label="是否会计人员"
          className="full"
          extra="会计人员的专业科目由财政部门管理，在本平台只申报公需科目"
          rules={[{ required: true, message: "请选择是否会计人员" }]}
        >
          <Radio.Group
            options={[
              { value: "true", label: "是" },
              { value: "false", label: "否" },
            ]}
          />
        </Form.Item>
      </div>
    </section>
  );
}

function FurtherFields() {
  return (
    <section className="form-section" aria-labelledby="further-title">
      <h2 id="further-title">其他信息（选填）</h2>
      <div className="form-grid">
        <Form.Item name="nation" label="民族">
          <Select allowClear placeholder="请选择民族" options={optionsOf(nations)} showSearch={byLabel} />
        </Form.Item>
        <Form.Item name="nativePlace" label="籍贯" rules={ruleOf(text(50))}>
          <Input maxLength={50} />
        </Form.Item>
        <Form.Item name="school" label="毕业院校" rules={ruleOf(text(100))}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="major" label="所学专业" rules={ruleOf(text(100))}>
          <Input maxLength={100} />
        </Form.Item>
      </div>
    </section>
  );
}
