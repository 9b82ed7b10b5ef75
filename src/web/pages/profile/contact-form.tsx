import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Form, Input } from "antd";
import { useState } from "react";
import { email, landline, text } from "../../../shared/contracts/fields.ts";
import { saveContactData } from "../../../shared/contracts/profile-changes.ts";
import { callApi } from "../../api.ts";
import { ruleOf } from "../../components/field-rules.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { LeaveDialog } from "../../components/leave-dialog.tsx";
import { SubmissionForm } from "../../components/submission-form.tsx";
import "../declarations/declarations.css";
import type { OwnProfile } from "./use-own-profile.ts";

const labels = { email: "电子邮箱", landline: "固定电话", nativePlace: "籍贯" } as const;
const fields = Object.keys(labels) as (keyof typeof labels)[];

type Contact = Pick<OwnProfile, keyof typeof labels>;
type ContactValues = Partial<Record<keyof typeof labels, string>>;

/** What nobody has to check is saved at once (PER-04): only what was changed here, whatever another window has saved. */
export function ContactForm({ profile }: { profile: OwnProfile }) {
  const [form] = Form.useForm<ContactValues>();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [saved, setSaved] = useState<Contact>(profile);
  const [changed, setChanged] = useState(false);
  const submission = useFormSubmission<ContactValues>({
    form,
    formName: "contact",
    labels,
    send: async (values, idempotencyKey) => {
      const changes = changesOf(saved, values);
      await callApi(saveContactData, changes, { idempotencyKey });
      setSaved({ ...saved, ...changes });
      setChanged(false);
      void message.success("联系信息已保存");
      await queries.invalidateQueries({ queryKey: ["getOwnProfile"] });
    },
  });
  return (
    <Card title="联系信息" size="small">
      <LeaveDialog unsent={changed} draftKept={false} />
      <SubmissionForm
        submission={submission}
        form={form}
        name="contact"
        initialValues={Object.fromEntries(fields.map((field) => [field, saved[field] ?? undefined]))}
        onValuesChange={(_changed, values: ContactValues) =>
          setChanged(Object.keys(changesOf(saved, values)).length > 0)
        }
      >
        <div className="field-grid">
          <Form.Item name="email" label={labels.email} rules={ruleOf(email)}>
            <Input autoComplete="email" inputMode="email" maxLength={100} />
          </Form.Item>
          <Form.Item name="landline" label={labels.landline} rules={ruleOf(landline)}>
            <Input autoComplete="tel" maxLength={30} placeholder="如 0371-65900000" />
          </Form.Item>
          <Form.Item name="nativePlace" label={labels.nativePlace} rules={ruleOf(text(50))}>
            <Input autoComplete="off" maxLength={50} placeholder="如 河南开封" />
          </Form.Item>
        </div>
        <Button type="primary" htmlType="submit" loading={submission.busy} disabled={!changed}>
          保存
        </Button>
      </SubmissionForm>
    </Card>
  );
}

function changesOf(saved: Contact, values: ContactValues): Partial<Contact> {
  const given = fields.map((field) => [field, values[field]?.trim() || null] as const);
  return Object.fromEntries(given.filter(([field, value]) => value !== saved[field]));
}
