import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Form, Result, Skeleton, Typography } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { previewApplicationRoute } from "../../../shared/contracts/applications.ts";
import { callApi, errorText } from "../../api.ts";
import { DraftHead, DraftLeaveDialog, SaveDraftButton } from "../../components/drafts/draft-parts.tsx";
import { isCode } from "../../components/drafts/draft-requests.ts";
import type { KeptDraft } from "../../components/drafts/use-kept-draft.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { LeaveDialog } from "../../components/leave-dialog.tsx";
import { SubmissionForm } from "../../components/submission-form.tsx";
import "../declarations/declarations.css";
import { RouteSteps } from "../declarations/route-preview.tsx";
import { PlanFields } from "./plan-fields.tsx";
import { planLabels, planRequestOf, type PlanRequest, type PlanValues } from "./plan-model.ts";

export interface PlanFormProps {
  /** the first of the two years that a new plan may be of, or the one of the plan that is changed */
  year: number;
  initial: PlanValues;
  /** of a new plan; a change is kept by nobody */
  draft: KeptDraft<PlanValues> | null;
  sendText: string;
  send: (content: PlanRequest, idempotencyKey: string) => Promise<{ id: string; number: string }>;
}

/** The form of a plan beside who will review it (FLW-09); ends with the receipt. */
export function PlanForm({ year, initial, draft, sendText, send }: PlanFormProps) {
  const [form] = Form.useForm<PlanValues>();
  const queries = useQueryClient();
  const [begin] = useState(initial);
  const [changed, setChanged] = useState(false);
  const [receipt, setReceipt] = useState<{ id: string; number: string } | null>(null);
  const submission = useFormSubmission<PlanValues>({
    form,
    formName: "plan",
    labels: planLabels,
    send: async (values, idempotencyKey) => {
      const sent = await send(planRequestOf(values), idempotencyKey);
      draft?.forget();
      await queries.invalidateQueries({ refetchType: "none" });
      setReceipt(sent);
    },
    onRefused: (error) => {
      if (isCode(error, "draft.not_found")) draft?.unlink();
    },
  });
  if (receipt !== null) return <PlanReceipt {...receipt} />;
  return (
    <>
      {draft === null ? (
        <LeaveDialog unsent={changed} draftKept={false} />
      ) : (
        <DraftLeaveDialog draft={draft} unsent />
      )}
      <DraftHead draft={draft} kind="training-plan" />
      <div className="plan-columns">
        <Card title="计划内容" size="small">
          <SubmissionForm
            submission={submission}
            form={form}
            name="plan"
            initialValues={begin}
            scrollToFirstError
            onValuesChange={(_changed, values: PlanValues) => {
              setChanged(true);
              draft?.note(values);
            }}
          >
            <PlanFields year={year} fixedYear={draft === null} />
            <Flex gap={12} wrap>
              <Button type="primary" htmlType="submit" loading={submission.busy}>
                {sendText}
              </Button>
              {draft !== null && <SaveDraftButton draft={draft} disabled={submission.busy} />}
            </Flex>
          </SubmissionForm>
        </Card>
        <PlanRoute />
      </div>
    </>
  );
}

function PlanRoute() {
  const route = useQuery({
    queryKey: ["previewApplicationRoute", "training-plan"],
    queryFn: () => callApi(previewApplicationRoute, { kind: "training-plan" }),
  });
  return (
    <Card title="审核路线" size="small">
      {route.isPending && <Skeleton active paragraph={{ rows: 2 }} title={false} />}
      {route.isError && <Alert type="warning" showIcon title={errorText(route.error)} />}
      {route.data !== undefined && (
        <>
          <Typography.Paragraph>{route.data.text}</Typography.Paragraph>
          <RouteSteps steps={route.data.steps} />
        </>
      )}
    </Card>
  );
}

function PlanReceipt({ id, number }: { id: string; number: string }) {
  return (
    <Result
      status="success"
      title="培训计划已提交"
      subTitle={
        <>
          受理编号{" "}
          <Typography.Text strong copyable>
            {number}
          </Typography.Text>
        </>
      }
      extra={[
        <Link key="plan" to={`/workspace/training-plans/${id}`}>
          <Button type="primary">查看审核进度</Button>
        </Link>,
        <Link key="list" to="/workspace/training-plans">
          <Button>返回列表</Button>
        </Link>,
      ]}
    />
  );
}
