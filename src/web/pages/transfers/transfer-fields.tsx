import { Form, Input, Radio, type FormInstance } from "antd";
import { text } from "../../../shared/contracts/fields.ts";
import { ruleOf } from "../../components/field-rules.ts";
import { type OrganizationOption, OrganizationPicker } from "../../components/organization-picker.tsx";
import { RegionCascader } from "../../components/region-cascader.tsx";
import { EvidenceField } from "../declarations/evidence-field.tsx";
import { DepartmentField } from "../registrations/department-field.tsx";
import { PoolUnit } from "./pool-unit.tsx";
import { destinationNames, transferLabels, type TransferValues } from "./transfer-model.ts";

interface FieldsProps {
  form: FormInstance<TransferValues>;
  /** the unit where the person is now: no destination */
  currentUnitId: string;
}

const destinations = Object.entries(destinationNames).map(([value, label]) => ({ value, label }));

/** The fields of 单位调转 (TRF-08, TRF-16). */
export function TransferFields({ form, currentUnitId }: FieldsProps) {
  const kind = Form.useWatch(["to", "kind"], form) ?? "unit";
  return (
    <div className="field-grid">
      <Form.Item name={["to", "kind"]} label={transferLabels.to_kind} className="wide-field">
        <Radio.Group options={destinations} />
      </Form.Item>
      {kind === "unit" && <NewUnit form={form} currentUnitId={currentUnitId} />}
      {kind === "pool" && <Pool form={form} />}
      {kind === "outside" && <Outside />}
      <Form.Item
        name="reason"
        label={transferLabels.reason}
        className="wide-field"
        rules={ruleOf(text(200, 2), "请填写调转原因")}
      >
        <Input.TextArea
          rows={3}
          maxLength={200}
          showCount
          placeholder="如 与原单位解除聘用合同，受聘于新单位"
        />
      </Form.Item>
      <Form.Item
        name="attachments"
        label={`${transferLabels.attachments}（选填）`}
        className="wide-field"
        rules={[{ type: "array", max: 5, message: "最多5个附件" }]}
      >
        <EvidenceField kinds={[{ key: "proof", title: "调转证明", required: false }]} />
      </Form.Item>
    </div>
  );
}

function NewUnit({ form, currentUnitId }: FieldsProps) {
  const searchRegion = Form.useWatch("searchRegion", form);
  const unit = Form.useWatch(["to", "organizationId"], form);
  const notWhereHeIs = async (_rule: unknown, value: OrganizationOption | undefined) => {
    if (value?.id === currentUnitId) throw new Error("调入单位不能是目前所在单位");
  };
  return (
    <>
      <Form.Item name="searchRegion" label="新单位所属区域" extra="用来缩小单位的查找范围">
        <RegionCascader />
      </Form.Item>
      <Form.Item
        name={["to", "organizationId"]}
        label={transferLabels.to_organizationId}
        extra="由新单位最后确认；新单位尚未注册的，请先由其注册"
        rules={[{ required: true, message: "请选择新单位" }, { validator: notWhereHeIs }]}
      >
        <OrganizationPicker
          title={transferLabels.to_organizationId}
          kinds={["employer", "authority"]}
          regionCode={searchRegion}
          withinRegion
          // A department of another unit is none of this one's.
          onChange={() => form.setFieldValue(["to", "departmentId"], undefined)}
        />
      </Form.Item>
      <DepartmentField
        name={["to", "departmentId"]}
        label={transferLabels.to_departmentId}
        organizationId={unit?.id}
      />
    </>
  );
}

function Pool({ form }: Pick<FieldsProps, "form">) {
  const regionCode = Form.useWatch(["to", "regionCode"], form);
  return (
    <>
      <Form.Item
        name={["to", "regionCode"]}
        label={transferLabels.to_regionCode}
        extra="由该区域的人才中心接收，再就业后从人才中心调往新单位"
        rules={[{ required: true, message: "请选择人才中心所属区域" }]}
      >
        <RegionCascader />
      </Form.Item>
      <PoolUnit regionCode={regionCode} />
    </>
  );
}

function Outside() {
  return (
    <Form.Item
      name={["to", "place"]}
      label={transferLabels.to_place}
      extra="完成后本平台的人员记录关闭，不能再登录；仍可凭身份证号码导出学习档案"
      rules={ruleOf(text(100, 2), "请填写调出省外的去向")}
    >
      <Input maxLength={100} autoComplete="off" placeholder="如 山西省太原市某单位" />
    </Form.Item>
  );
}
