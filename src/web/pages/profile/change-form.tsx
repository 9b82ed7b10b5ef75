import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Flex, Form, Steps } from "antd";
import { useState } from "react";
import { submitProfileChange } from "../../../shared/contracts/profile-changes.ts";
import { callApi } from "../../api.ts";
import { DraftHead, DraftLeaveDialog, SaveDraftButton } from "../../components/drafts/draft-parts.tsx";
import { isCode } from "../../components/drafts/draft-requests.ts";
import type { KeptDraft } from "../../components/drafts/use-kept-draft.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { SubmissionForm } from "../../components/submission-form.tsx";
import type { SubmittedApplication } from "../applications/application-receipt.tsx";
import "../declarations/declarations.css";
import { ChangeFields } from "./change-fields.tsx";
import {
  type ChangeDraft,
  type ChangeValues,
  changeLabels,
  changeRequestOf,
  changesOf,
  draftOf,
  namesOf,
  valuesOf,
} from "./change-model.ts";
import type { OwnProfile } from "./use-own-profile.ts";

interface ChangeFormProps {
  profile: OwnProfile;
  draft: KeptDraft<ChangeDraft>;
  onSubmitted: (change: SubmittedApplication) => void;
}

/** What is to be changed, beside what that is and who will review it (PER-04); sent once. */
export function ChangeForm({ profile: found, draft, onSubmitted }: ChangeFormProps) {
  // What was found when the form began: what is loaded anew meanwhile is none of the user's changes.
  const [profile] = useState(found);
  const [form] = Form.useForm<ChangeValues>();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [begin] = useState(() => valuesOf(profile, draft.initial));
  const values = Form.useWatch([], form) as ChangeValues | undefined;
  const submission = useFormSubmission<ChangeValues>({
    form,
    formName: "profile",
    labels: changeLabels,
    send: async (sent, idempotencyKey) => {
      const request = { ...changeRequestOf(profile, sent), draftId: draft.id };
      const change = await callApi(submitProfileChange, request, { idempotencyKey });
      draft.forget();
      onSubmitted(change);
      await queries.invalidateQueries();
    },
    onRefused: (error) => {
      if (isCode(error, "draft.not_found")) draft.unlink();
      // Another window, or the unit, was first: the page shows what is under way, and the form may go.
      if (error.status !== 409) return;
      void message.error(error.message);
      void queries.invalidateQueries();
    },
  });
  return (
    <>
      <DraftLeaveDialog draft={draft} unsent />
      <DraftHead draft={draft} kind="profile-change" />
      <div className="plan-columns">
        <Card title="修改内容" size="small">
          <SubmissionForm
            submission={submission}
            form={form}
            name="profile"
            initialValues={begin}
            scrollToFirstError
            onValuesChange={(_changed, now: ChangeValues) => draft.note(draftOf(profile, now))}
          >
            <ChangeFields form={form} profile={profile} />
            <Flex gap={12} wrap>
              <Button type="primary" htmlType="submit" loading={submission.busy}>
                提交审核
              </Button>
              <SaveDraftButton draft={draft} disabled={submission.busy} />
            </Flex>
          </SubmissionForm>
        </Card>
        <Flex vertical gap={16}>
          <Card title="本次修改" size="small">
            <span role="status">{changedText(profile, values)}</span>
          </Card>
          <Card title="办理步骤" size="small">
            <Steps orientation="vertical" size="small" current={-1} items={stepsOf(profile)} />
          </Card>
        </Flex>
      </div>
    </>
  );
}

function changedText(profile: OwnProfile, values: ChangeValues | undefined): string {
  const names = values?.changes === undefined ? "" : namesOf(changesOf(profile, values));
  return names === "" ? "尚未修改任何信息" : names;
}

function stepsOf({ organizationName }: OwnProfile) {
  return [
    { title: `所在单位审核：${organizationName}`, content: "没有其他管理员可以审核的，由其上级部门代审" },
    { title: "生效", content: "审核通过后各项同时生效；审核之前可以撤回" },
  ];
}
