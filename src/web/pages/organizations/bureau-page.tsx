import { App, Button, Checkbox, Form, Input } from "antd";
import { useState } from "react";
import { createBureau } from "../../../shared/contracts/organizations.ts";
import {
  creditCode,
  identityNumber,
  landline,
  mobilePhone,
  newPassword,
  text,
} from "../../../shared/contracts/fields.ts";
import type { RequestOf } from "../../../shared/contracts/endpoint.ts";
import { callApi } from "../../api.ts";
import { ruleOf } from "../../components/field-rules.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { SubmissionForm } from "../../components/submission-form.tsx";
import { LeaveDialog } from "../../components/leave-dialog.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { RegionCascader } from "../../components/region-cascader.tsx";
import { RequireModule } from "../../session.tsx";

interface BureauValues {
  name: string;
  regionCode: string;
  phone: string;
  creditCode?: string;
  administrator: {
    idNumber: string;
    name: string;
    phone: string;
    password?: string;
    roles?: ("policy-officer" | "auditor")[];
  };
}

const labels = {
  name: "部门名称",
  regionCode: "所属区域",
  phone: "部门电话",
  creditCode: "统一社会信用代码",
  administrator_idNumber: "管理员身份证号码",
  administrator_name: "管理员姓名",
  administrator_phone: "管理员手机号码",
  administrator_password: "初始密码",
};

/** 新增人社部门 with its administrator: bureaus are opened from above, they do not register (AMB-40). */
export function BureauPage() {
  const [form] = Form.useForm<BureauValues>();
  const [changed, setChanged] = useState(false);
  const { message } = App.useApp();
  const submission = useFormSubmission<BureauValues>({
    form,
    formName: "bureau",
    labels,
    send: async (values, idempotencyKey) => {
      const created = await callApi(createBureau, requestOf(values), { idempotencyKey });
      void message.success(`已新增「${created.name}」`);
      form.resetFields();
      setChanged(false);
    },
  });
  return (
    <RequireModule module="bureaus:create">
      <LeaveDialog unsent={changed} draftKept={false} />
      <PageHead title="新增人社部门" hint="人社部门由上级人社部门或平台运维开通，同时开通其管理员账号。" />
      <section className="panel">
        <SubmissionForm
          submission={submission}
          form={form}
          name="bureau"
          onValuesChange={() => setChanged(true)}
        >
          <BureauFields />
          <Button type="primary" htmlType="submit" loading={submission.busy}>
            保存
          </Button>
        </SubmissionForm>
      </section>
    </RequireModule>
  );
}

function requestOf(values: BureauValues): RequestOf<typeof createBureau> {
  const { creditCode: code, administrator, ...rest } = values;
  const { password, ...person } = administrator;
  return {
    ...rest,
    ...(code === undefined || code === "" ? {} : { creditCode: code }),
    administrator: { ...person, ...(password === undefined || password === "" ? {} : { password }) },
  };
}

function BureauFields() {
  return (
    <div className="form-grid">
      <Form.Item name="name" label="部门名称" rules={ruleOf(text(100, 2), "请输入部门名称")}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="regionCode" label="所属区域" rules={[{ required: true, message: "请选择所属区域" }]}>
        <RegionCascader />
      </Form.Item>
      <Form.Item name="phone" label="部门电话" rules={ruleOf(landline, "请输入部门电话")}>
        <Input maxLength={30} />
      </Form.Item>
      <Form.Item name="creditCode" label="统一社会信用代码（选填）" rules={ruleOf(creditCode)}>
        <Input maxLength={18} />
      </Form.Item>
      <Form.Item
        name={["administrator", "idNumber"]}
        label="管理员身份证号码"
        rules={ruleOf(identityNumber, "请输入管理员身份证号码")}
      >
        <Input maxLength={18} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name={["administrator", "name"]}
        label="管理员姓名"
        rules={ruleOf(text(50, 2), "请输入管理员姓名")}
      >
        <Input maxLength={50} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name={["administrator", "phone"]}
        label="管理员手机号码"
        rules={ruleOf(mobilePhone, "请输入管理员手机号码")}
      >
        <Input maxLength={11} inputMode="tel" autoComplete="off" />
      </Form.Item>
      <Form.Item
        name={["administrator", "password"]}
        label="初始密码（选填）"
        extra="不填则为身份证后六位，一次有效，首次登录须修改"
        rules={ruleOf(newPassword)}
      >
        <Input.Password maxLength={72} autoComplete="new-password" />
      </Form.Item>
      <Form.Item name={["administrator", "roles"]} label="同时授予的角色" className="full">
        <Checkbox.Group
          options={[
            { value: "policy-officer", label: "政策管理员" },
            { value: "auditor", label: "审计员" },
          ]}
        />
      </Form.Item>
    </div>
  );
}
