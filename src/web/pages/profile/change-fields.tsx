import { Checkbox, Form, Input, Radio, Select, type FormInstance, type FormRule } from "antd";
import { longText, text } from "../../../shared/contracts/fields.ts";
import { isoDate } from "../../../shared/dates.ts";
import { degrees, educations, nations } from "../../../shared/dictionaries/people.ts";
import { titleLevels, titleSeries } from "../../../shared/dictionaries/titles.ts";
import { byLabel, optionsOf } from "../../components/dictionary-options.ts";
import { ruleOf } from "../../components/field-rules.ts";
import { DateField } from "../declarations/date-field.tsx";
import { EvidenceField } from "../declarations/evidence-field.tsx";
import { DepartmentField } from "../registrations/department-field.tsx";
import { type ChangeValues, changeLabels, changesOf, fieldNames } from "./change-model.ts";
import { titleText } from "./title-text.ts";
import type { OwnProfile } from "./use-own-profile.ts";

interface FieldsProps {
  form: FormInstance<ChangeValues>;
  profile: OwnProfile;
}

/** The fields of 基本信息修改, by the tabs of the person's data: basic, title, education (PER-03 – PER-06). */
export function ChangeFields({ form, profile }: FieldsProps) {
  return (
    // Where the summary leads when nothing was changed at all.
    <div id="profile_changes" tabIndex={-1}>
      <BasicFields profile={profile} />
      <TitleFields form={form} profile={profile} />
      <EducationFields />
      <ProofFields form={form} profile={profile} />
    </div>
  );
}

function BasicFields({ profile }: { profile: OwnProfile }) {
  return (
    <section className="form-section" aria-labelledby="basic-title">
      <h2 id="basic-title">基本信息</h2>
      <div className="field-grid">
        <Form.Item
          name={["changes", "name"]}
          label={fieldNames.name}
          extra="只用于更正，须上传证明材料；身份证号码不能修改"
          rules={ruleOf(text(50, 2), "请输入姓名")}
        >
          <Input maxLength={50} autoComplete="name" />
        </Form.Item>
        <Form.Item name={["changes", "nation"]} label={fieldNames.nation}>
          <Select allowClear placeholder="请选择民族" options={optionsOf(nations)} showSearch={byLabel} />
        </Form.Item>
        <DepartmentField
          name={["changes", "departmentId"]}
          label={fieldNames.departmentId}
          organizationId={profile.organizationId}
        />
        <Form.Item
          name={["changes", "workStartedOn"]}
          label={fieldNames.workStartedOn}
          rules={[notInFuture(fieldNames.workStartedOn)]}
        >
          <DateField />
        </Form.Item>
        <Form.Item
          name={["changes", "isAccountant"]}
          label={fieldNames.isAccountant}
          className="wide-field"
          extra="从事会计工作的选「是」；会计人员的专业科目由财政部门管理，在本平台只申报公需科目"
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

function TitleFields({ form, profile }: FieldsProps) {
  const changesTitle = Form.useWatch("changesTitle", form) === true;
  return (
    <section className="form-section" aria-labelledby="title-title">
      <h2 id="title-title">职称系列</h2>
      <p>现有职称：{profile.titles.map(titleText).join("；")}</p>
      <Form.Item name="changesTitle" valuePropName="checked">
        <Checkbox>新增或更正职称</Checkbox>
      </Form.Item>
      {changesTitle && <NewTitle />}
    </section>
  );
}

function NewTitle() {
  return (
    <div className="field-grid">
      <Form.Item
        name={["changes", "title", "series"]}
        label={`${changeLabels["changes_title_series"]}（选填）`}
      >
        <Select
          allowClear
          placeholder="请选择职称系列"
          options={optionsOf(titleSeries)}
          showSearch={byLabel}
        />
      </Form.Item>
      <Form.Item
        name={["changes", "title", "level"]}
        label={changeLabels["changes_title_level"]}
        rules={[{ required: true, message: "请选择职称级别" }]}
      >
        <Select placeholder="请选择职称级别" options={optionsOf(titleLevels)} />
      </Form.Item>
      <Form.Item
        name={["changes", "title", "name"]}
        label={`${changeLabels["changes_title_name"]}（选填）`}
        rules={ruleOf(text(50))}
      >
        <Input maxLength={50} placeholder="如 主治医师" />
      </Form.Item>
      <Form.Item
        name={["changes", "title", "obtainedOn"]}
        label={changeLabels["changes_title_obtainedOn"]}
        extra="与某一现有职称的取得时间相同的，为更正该职称；不同的，为新增"
        rules={[{ required: true, message: "请填写职称取得时间" }, notInFuture("职称取得时间")]}
      >
        <DateField />
      </Form.Item>
    </div>
  );
}

function EducationFields() {
  return (
    <section className="form-section" aria-labelledby="education-title">
      <h2 id="education-title">学历及学位情况</h2>
      <div className="field-grid">
        <Form.Item name={["changes", "education"]} label={fieldNames.education}>
          <Select allowClear placeholder="请选择学历" options={optionsOf(educations)} />
        </Form.Item>
        <Form.Item name={["changes", "degree"]} label={fieldNames.degree}>
          <Select allowClear placeholder="请选择学位" options={optionsOf(degrees)} />
        </Form.Item>
        <Form.Item name={["changes", "school"]} label={fieldNames.school} rules={ruleOf(text(100))}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name={["changes", "major"]} label={fieldNames.major} rules={ruleOf(text(100))}>
          <Input maxLength={100} />
        </Form.Item>
      </div>
    </section>
  );
}

/** A changed name and a changed title are proved; the rest as far as there is something (PER-03). */
function ProofFields({ form, profile }: FieldsProps) {
  const values = Form.useWatch([], form) as ChangeValues | undefined;
  const changed = values?.changes === undefined ? {} : changesOf(profile, values);
  const kinds = [
    { key: "name", title: "姓名更正证明", what: "姓名", required: Object.hasOwn(changed, "name") },
    { key: "title", title: "职称证书", what: "职称", required: Object.hasOwn(changed, "title") },
    { key: "education", title: "学历学位证书", what: "学历", required: false },
    { key: "other", title: "其他材料", what: "其他", required: false },
  ];
  const proved: FormRule = {
    validator: async (_rule: unknown, files: NonNullable<ChangeValues["attachments"]> = []) => {
      const missing = kinds.filter(
        ({ key, required }) => required && !files.some((file) => file.key === key),
      );
      const what = missing.map((kind) => kind.what).join("、");
      if (what !== "") throw new Error(`修改${what}须上传证明材料`);
    },
  };
  return (
    <section className="form-section" aria-labelledby="proof-title">
      <h2 id="proof-title">证明材料</h2>
      <Form.Item name="attachments" rules={[proved, { type: "array", max: 10, message: "最多10个附件" }]}>
        <EvidenceField kinds={kinds} />
      </Form.Item>
      <Form.Item name="remark" label="说明（选填）" rules={ruleOf(longText(200))}>
        <Input.TextArea rows={2} maxLength={200} showCount placeholder="如 身份证更名，附派出所证明" />
      </Form.Item>
    </section>
  );
}

function notInFuture(what: string): FormRule {
  return {
    validator: async (_rule: unknown, value: string | undefined) => {
      if ((value ?? "") > isoDate(new Date())) throw new Error(`${what}不能晚于今天`);
    },
  };
}
