import { Form, Input, Radio, Select } from "antd";
import { landline, text } from "../../../shared/contracts/fields.ts";
import { grantingLevelNames } from "../../../shared/contracts/registrations.ts";
import {
  industries,
  organizationLevels,
  organizationNatures,
} from "../../../shared/dictionaries/organizations.ts";
import type { SummaryProblem } from "../../components/error-summary.tsx";
import { byLabel, optionsOf } from "../../components/dictionary-options.ts";
import { ruleOf } from "../../components/field-rules.ts";
import { FileUpload } from "../../components/file-upload.tsx";
import { RegionCascader } from "../../components/region-cascader.tsx";
import { StepForm } from "../../components/step-form.tsx";
import { CreditCodeField } from "./credit-code-field.tsx";
import { SuperiorFields } from "./superior-fields.tsx";
import { labels, superiorKinds, unitKinds, type UnitKind, type UnitValues } from "./unit-model.ts";

export interface UnitStepProps {
  initial: Partial<UnitValues>;
  /** refusals of an earlier submission that concern this step */
  refused: readonly SummaryProblem[];
  onChange: (values: Partial<UnitValues>) => void;
  onNext: (values: UnitValues) => void;
}

/** Step 1 of the wizard: 法人单位基本信息. All fields are required but 单位地址 (REG-02 – REG-12). */
export function UnitStep({ initial, refused, onChange, onNext }: UnitStepProps) {
  const [form] = Form.useForm<UnitValues>();
  const kind = Form.useWatch("kind", form) ?? initial.kind ?? "employer";
  return (
    <StepForm<UnitValues>
      form={form}
      name="unit"
      labels={labels}
      initial={{ superiorKind: superiorKinds[kind][0]?.value ?? "bureau", ...initial }}
      refused={refused}
      onChange={onChange}
      onNext={onNext}
    >
      <div className="form-grid">
        <Form.Item name="kind" label="注册类型" className="full">
          <Radio.Group
            options={Object.entries(unitKinds).map(([value, label]) => ({ value, label }))}
            onChange={(event) => {
              const next = event.target.value as UnitKind;
              form.setFieldsValue({ superiorKind: superiorKinds[next][0]?.value ?? "bureau" });
              form.setFieldValue("superior", undefined);
            }}
          />
        </Form.Item>
        <CreditCodeField form={form} />
        <UnitFields />
        {kind === "base" && <GrantingLevelField />}
        <SuperiorFields form={form} kind={kind} />
        <Form.Item
          name="scan"
          label="法人组织机构代码证/统一社会信用代码扫描件"
          className="full"
          rules={[{ required: true, message: "请上传证件扫描件" }]}
        >
          <FileUpload title="证件扫描件" purpose="registration" />
        </Form.Item>
      </div>
    </StepForm>
  );
}

const doubt = "不确定时请向单位负责人或当地人社部门确认";

function UnitFields() {
  return (
    <>
      <Form.Item
        name="name"
        label="单位名称"
        extra="与证件上的全称一致，可以包含括号"
        rules={ruleOf(text(100, 2), "请输入单位名称")}
      >
        <Input autoComplete="organization" maxLength={100} />
      </Form.Item>
      <Form.Item
        name="nature"
        label="单位性质"
        extra={`按信用代码推荐，可更改。${doubt}`}
        rules={[{ required: true, message: "请选择单位性质" }]}
      >
        <Select placeholder="请选择单位性质" options={optionsOf(organizationNatures)} showSearch={byLabel} />
      </Form.Item>
      <Form.Item
        name="level"
        label="单位级别"
        extra={doubt}
        rules={[{ required: true, message: "请选择单位级别" }]}
      >
        <Select placeholder="请选择单位级别" options={optionsOf(organizationLevels)} />
      </Form.Item>
      <Form.Item name="regionCode" label="所属区域" rules={[{ required: true, message: "请选择所属区域" }]}>
        <RegionCascader />
      </Form.Item>
      <Form.Item name="industry" label="所属行业" rules={[{ required: true, message: "请选择所属行业" }]}>
        <Select placeholder="请选择所属行业" options={optionsOf(industries)} showSearch={byLabel} />
      </Form.Item>
      <Form.Item name="phone" label="单位电话" rules={ruleOf(landline, "请输入单位电话")}>
        <Input autoComplete="tel" maxLength={30} placeholder="如 0371-12345678" />
      </Form.Item>
      <Form.Item name="address" label="单位地址（选填）" rules={ruleOf(text(200))}>
        <Input autoComplete="street-address" maxLength={200} placeholder="可以包含括号" />
      </Form.Item>
    </>
  );
}

function GrantingLevelField() {
  return (
    <Form.Item
      name="grantingLevel"
      label="基地级别"
      extra="国家级、省级基地由省级人社部门审核，市级基地由市级人社部门审核"
      rules={[{ required: true, message: "请选择基地级别" }]}
    >
      <Select
        placeholder="请选择基地级别"
        options={Object.entries(grantingLevelNames).map(([value, label]) => ({ value, label }))}
      />
    </Form.Item>
  );
}
