import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Flex, Form } from "antd";
import { useState } from "react";
import { releasePeople } from "../../../shared/contracts/transfers.ts";
import { callApi } from "../../api.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { LeaveDialog } from "../../components/leave-dialog.tsx";
import { SubmissionForm } from "../../components/submission-form.tsx";
import { useSignedIn } from "../../session.tsx";
import {
  outcomeOf,
  releaseLabels,
  releaseRequestOf,
  type ReleaseOutcome,
  type ReleaseValues,
} from "./release-model.ts";
import { ReleasePeopleField } from "./release-people-field.tsx";
import { TransferFields } from "./transfer-fields.tsx";
import { destinationText } from "./transfer-model.ts";

interface ReleaseFormProps {
  /** empty, or what failed for some of the people */
  initial: ReleaseValues;
  onSent: (outcome: ReleaseOutcome) => void;
}

/** 人员调出 (TRF-03): whom, where to and why; confirmed by number and destination, sent once. */
export function ReleaseForm({ initial, onSent }: ReleaseFormProps) {
  const [form] = Form.useForm<ReleaseValues>();
  const { organizationId } = useSignedIn();
  const queries = useQueryClient();
  const confirmed = useConfirmation();
  const [changed, setChanged] = useState(false);
  const submission = useFormSubmission<ReleaseValues>({
    form,
    formName: "release",
    labels: releaseLabels,
    send: async (values, idempotencyKey) => {
      if (!(await confirmed(values))) return;
      const answer = await callApi(releasePeople, releaseRequestOf(values), { idempotencyKey });
      await queries.invalidateQueries({ refetchType: "none" });
      onSent(outcomeOf(values, answer));
    },
  });
  return (
    <div>
      <LeaveDialog unsent={changed} draftKept={false} />
      <SubmissionForm
        submission={submission}
        form={form}
        name="release"
        initialValues={initial}
        scrollToFirstError
        onValuesChange={() => setChanged(true)}
      >
        <Flex vertical gap={16}>
          <Card title="调出人员" size="small">
            <Form.Item
              name="people"
              label={releaseLabels.people}
              rules={[{ required: true, type: "array", message: "请选择调出人员" }]}
            >
              <ReleasePeopleField />
            </Form.Item>
          </Card>
          <Card title="调出单位" size="small">
            <TransferFields form={form} currentUnitId={organizationId} />
            <Button type="primary" htmlType="submit" loading={submission.busy}>
              提交转出申请
            </Button>
          </Card>
        </Flex>
      </SubmissionForm>
    </div>
  );
}

function useConfirmation(): (values: ReleaseValues) => Promise<boolean> {
  const { modal } = App.useApp();
  return async ({ people = [], to }) =>
    await modal.confirm({
      title: `将 ${namesOf(people)} 调往「${destinationText(to)}」？`,
      content:
        "提交后由新单位确认，无须本单位再审核。本人会收到通知，在异议期内可以提出异议；办理期间本人不能提交申报和其他申请。",
      okText: "确认提交",
      cancelText: "再看看",
    });
}

function namesOf(people: readonly { name: string }[]): string {
  const names = people.slice(0, 5).map(({ name }) => name);
  return people.length <= 5 ? names.join("、") : `${names.join("、")} 等 ${people.length} 人`;
}
