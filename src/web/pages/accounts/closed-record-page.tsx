import { Button, Form, Input, Result } from "antd";
import { useState } from "react";
import { exportClosedTranscript } from "../../../shared/contracts/certificates.ts";
import { identityNumber } from "../../../shared/contracts/fields.ts";
import { downloadApi } from "../../api.ts";
import { CaptchaField, useCaptcha } from "../../components/captcha-field.tsx";
import { ruleOf } from "../../components/field-rules.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { saveFile } from "../../components/print.ts";
import { PublicCard } from "../../components/public-shell.tsx";
import { SubmissionForm } from "../../components/submission-form.tsx";

interface Values {
  idNumber: string;
  password: string;
  captchaText: string;
}

/** 导出学习档案 for whose record is closed, moved out of the province or deregistered: nobody signs in to it (TRF-16). */
export function ClosedRecordPage() {
  const [form] = Form.useForm<Values>();
  const [saved, setSaved] = useState<{ content: Blob; fileName: string } | null>(null);
  const captcha = useCaptcha();
  const submission = useFormSubmission<Values>({
    form,
    formName: "closed-record",
    labels: { idNumber: "身份证号码", password: "密码", captchaText: "验证码" },
    send: async (values) => {
      const file = await downloadApi(exportClosedTranscript, { ...values, captchaId: captcha.id });
      saveFile(file.content, file.fileName);
      setSaved(file);
    },
    onRefused: () => {
      captcha.refresh();
      form.resetFields(["captchaText"]);
    },
  });
  if (saved !== null) {
    return (
      <PublicCard title="导出学习档案">
        <Result
          status="success"
          title="学习档案已导出"
          subTitle="档案上的编号和核验码可在「证书核验」中核验"
          extra={<Button onClick={() => saveFile(saved.content, saved.fileName)}>重新下载</Button>}
        />
      </PublicCard>
    );
  }
  return (
    <PublicCard
      title="导出学习档案"
      hint="供档案已关闭（调出省外、注销）的人员本人使用，凭原登录密码导出全部年度的学时与认定结果。档案未关闭的，请登录后在「年度完成情况」中导出。"
    >
      <SubmissionForm submission={submission} form={form} name="closed-record">
        <Form.Item name="idNumber" label="身份证号码" rules={ruleOf(identityNumber, "请输入身份证号码")}>
          <Input autoComplete="username" maxLength={18} />
        </Form.Item>
        <Form.Item name="password" label="密码" rules={[{ required: true, message: "请输入密码" }]}>
          <Input.Password autoComplete="current-password" maxLength={72} />
        </Form.Item>
        <CaptchaField captcha={captcha} />
        <Button type="primary" htmlType="submit" block loading={submission.busy}>
          导出学习档案
        </Button>
      </SubmissionForm>
    </PublicCard>
  );
}
