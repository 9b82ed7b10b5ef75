import { Button, Form, Input } from "antd";
import { useState } from "react";
import { identityNumber, text } from "../../../shared/contracts/fields.ts";
import { queryRegistrations, type registrationView } from "../../../shared/contracts/registrations.ts";
import type { z } from "zod";
import { callApi } from "../../api.ts";
import { CaptchaField, useCaptcha } from "../../components/captcha-field.tsx";
import { ruleOf } from "../../components/field-rules.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { SubmissionForm } from "../../components/submission-form.tsx";
import { PublicCard } from "../../components/public-shell.tsx";
import { RegistrationCard } from "./registration-card.tsx";

export type Registration = z.output<typeof registrationView>;

export interface QueriedPerson {
  name: string;
  idNumber: string;
}

interface QueryValues extends QueriedPerson {
  captchaText: string;
}

/** 注册审核进度查询 by name and ID number: who reviews it, where it stands, 撤回申请 (PRG-01 – PRG-08). */
export function ProgressPage() {
  const [form] = Form.useForm<QueryValues>();
  const captcha = useCaptcha();
  const [found, setFound] = useState<{ person: QueriedPerson; rows: readonly Registration[] } | null>(null);
  const submission = useFormSubmission<QueryValues>({
    form,
    formName: "progress",
    labels: { name: "姓名", idNumber: "身份证号码", captchaText: "验证码" },
    send: async ({ name, idNumber, captchaText }) => {
      setFound(null);
      const answer = await callApi(queryRegistrations, {
        name,
        idNumber,
        captchaId: captcha.id,
        captchaText,
      });
      setFound({ person: { name, idNumber }, rows: answer.registrations });
      captcha.refresh();
      form.resetFields(["captchaText"]);
    },
    onRefused: () => {
      captcha.refresh();
      form.resetFields(["captchaText"]);
    },
  });
  return (
    <PublicCard wide title="注册审核进度查询" hint="使用注册时的姓名和身份证号码，查询审核部门和审核进度。">
      <SubmissionForm submission={submission} form={form} name="progress">
        <div className="form-grid">
          <Form.Item name="name" label="姓名" rules={ruleOf(text(50), "请输入姓名")}>
            <Input autoComplete="name" maxLength={50} />
          </Form.Item>
          <Form.Item name="idNumber" label="身份证号码" rules={ruleOf(identityNumber, "请输入身份证号码")}>
            <Input autoComplete="username" maxLength={18} />
          </Form.Item>
          <CaptchaField captcha={captcha} />
        </div>
        <Button type="primary" htmlType="submit" loading={submission.busy}>
          查询
        </Button>
      </SubmissionForm>
      <div aria-live="polite" className="registration-list">
        {found?.rows.map((registration) => (
          <RegistrationCard
            key={registration.id}
            registration={registration}
            person={found.person}
            onWithdrawn={() =>
              setFound({
                ...found,
                rows: found.rows.map((row) =>
                  row.id === registration.id ? { ...row, status: "withdrawn", statusName: "已撤回" } : row,
                ),
              })
            }
          />
        ))}
      </div>
    </PublicCard>
  );
}
