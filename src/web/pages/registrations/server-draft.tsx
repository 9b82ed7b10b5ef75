import { App, Button, Form, Modal } from "antd";
import { useState } from "react";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import * as contracts from "../../../shared/contracts/registration-drafts.ts";
import { callApi, errorText } from "../../api.ts";
import { CaptchaField, useCaptcha } from "../../components/captcha-field.tsx";
import { momentText } from "../../components/dates.ts";
import { ErrorSummary } from "../../components/error-summary.tsx";
import { useFormSubmission } from "../../components/form-submission.ts";

/** A draft on the server and what opens it without another code. */
export interface DraftKey {
  id: string;
  token: string;
}

/** What the page keeps: its values as an object, and the scans among them. */
export interface Kept {
  title: string;
  content: object;
  fileIds: string[];
}

export interface ServerDraftProps {
  kind: "employer" | "authority" | "base" | "person";
  /** the draft that the page goes on with, once it has one */
  draft: DraftKey | null;
  kept: () => Kept;
  onSaved: (draft: DraftKey) => void;
  onRestored: (content: object, draft: DraftKey) => void;
}

/**
 * Keeps a registration that was begun for 30 days, on the platform, and takes it up again at any device with a code sent
 * to the phone (REG-30). What is in this browser is kept without it.
 */
export function ServerDraft(props: ServerDraftProps) {
  const { draft, kept, onRestored } = props;
  const { message } = App.useApp();
  const [dialog, setDialog] = useState<"save" | "resume" | null>(null);
  const [found, setFound] = useState<readonly ResumedDraft[] | null>(null);
  const save = async () => {
    if (draft === null) {
      setDialog("save");
      return;
    }
    try {
      const { content, ...rest } = kept();
      const body = { ...draft, ...rest, content: JSON.stringify(content) };
      const { expiresAt } = await callApi(contracts.saveRegistrationDraft, body);
      void message.success(`草稿已保存，${momentText(expiresAt)} 前可继续填写`);
    } catch (error) {
      void message.error(errorText(error));
    }
  };
  const take = ({ id, token, content }: ResumedDraft) => {
    setFound(null);
    onRestored(JSON.parse(content) as object, { id, token });
  };
  return (
    <div className="page-hint" style={{ marginBottom: 16 }}>
      一时填不完？
      <Button type="link" size="small" onClick={() => void save()}>
        保存草稿到平台
      </Button>
      <Button type="link" size="small" onClick={() => setDialog("resume")}>
        取回已保存的草稿
      </Button>
      {dialog !== null && (
        <PhoneDialog
          {...props}
          purpose={dialog}
          onClose={() => setDialog(null)}
          onFound={(drafts) => {
            setDialog(null);
            setFound(drafts.filter(({ kind }) => kind === props.kind));
          }}
        />
      )}
      {found !== null && <FoundDrafts drafts={found} onTake={take} onClose={() => setFound(null)} />}
    </div>
  );
}

type ResumedDraft = ResponseOf<typeof contracts.resumeRegistrationDrafts>["drafts"][number];

interface PhoneDialogProps extends ServerDraftProps {
  purpose: "save" | "resume";
  onClose: () => void;
  onFound: (drafts: readonly ResumedDraft[]) => void;
}

function PhoneDialog({ purpose, kind, kept, onSaved, onFound, onClose }: PhoneDialogProps) {
  const { message } = App.useApp();
  const [form] = Form.useForm<{ captchaText: string }>();
  const captcha = useCaptcha({ onlyPhone: true });
  const submission = useFormSubmission<{ captchaText: string }>({
    form,
    formName: "draft",
    labels: { captchaText: "验证码", phone: "手机号码" },
    send: async ({ captchaText }) => {
      const proof = { phone: captcha.sentTo ?? "", captchaId: captcha.id, captchaText };
      if (purpose === "resume") {
        onFound((await callApi(contracts.resumeRegistrationDrafts, proof)).drafts);
        return;
      }
      const { content, ...rest } = kept();
      const body = { kind, ...rest, content: JSON.stringify(content), ...proof };
      const { id, token, expiresAt } = await callApi(contracts.createRegistrationDraft, body);
      onSaved({ id, token });
      onClose();
      void message.success(`草稿已保存，${momentText(expiresAt)} 前凭该手机号可在任何设备继续填写`);
    },
    onRefused: () => {
      captcha.refresh();
      form.resetFields();
    },
  });
  return (
    <Modal
      open
      title={purpose === "save" ? "保存草稿到平台" : "取回已保存的草稿"}
      okText={purpose === "save" ? "保存" : "取回"}
      cancelText="取消"
      confirmLoading={submission.busy}
      okButtonProps={{ disabled: captcha.sentTo === null }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="page-hint">草稿加密保存30天，不含密码和身份证号码，凭手机短信验证码取回。</p>
      <ErrorSummary problems={submission.problems} />
      <Form
        form={form}
        name="draft"
        layout="vertical"
        onFinish={submission.submit}
        onFinishFailed={submission.refuse}
      >
        <CaptchaField captcha={captcha} onlyPhone />
      </Form>
    </Modal>
  );
}

interface FoundDraftsProps {
  drafts: readonly ResumedDraft[];
  onTake: (draft: ResumedDraft) => void;
  onClose: () => void;
}

function FoundDrafts({ drafts, onTake, onClose }: FoundDraftsProps) {
  return (
    <Modal open title="已保存的草稿" footer={null} onCancel={onClose}>
      {drafts.length === 0 && <p>该手机号没有保存此类注册的草稿。</p>}
      <ul>
        {drafts.map((draft) => (
          <li key={draft.id}>
            {draft.title === "" ? "（未填名称）" : draft.title}，{momentText(draft.savedAt)} 保存
            <Button type="link" onClick={() => onTake(draft)}>
              继续填写
            </Button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
