import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Descriptions, Flex, Form, Result, Skeleton, Typography } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { previewApplicationRoute } from "../../../shared/contracts/applications.ts";
import { callApi, errorText } from "../../api.ts";
import { isCode } from "../../components/drafts/draft-requests.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { LeaveDialog } from "../../components/leave-dialog.tsx";
import { SubmissionForm } from "../../components/submission-form.tsx";
import "../declarations/declarations.css";
import { subjectNames } from "../declarations/hours-text.ts";
import { RouteSteps } from "../declarations/route-preview.tsx";
import type { PlanView } from "./plan-model.ts";
import { SessionFields } from "./session-fields.tsx";
import { sessionLabels, sessionRequestOf, type SessionRequest, type SessionValues } from "./session-model.ts";

interface SessionFormProps {
  plan: PlanView;
  initial: SessionValues;
  sendText: string;
  send: (content: SessionRequest, idempotencyKey: string) => Promise<{ id: string; number: string }>;
}

/** The form of one session's hours beside its plan and who will review it (PLN-04, PLN-05); ends with the receipt. */
export function SessionForm({ plan, initial, sendText, send }: SessionFormProps) {
  const [form] = Form.useForm<SessionValues>();
  const participants = Form.useWatch("participants", form) ?? initial.participants ?? [];
  const queries = useQueryClient();
  const [changed, setChanged] = useState(false);
  const [receipt, setReceipt] = useState<{ id: string; number: string } | null>(null);
  const submission = useFormSubmission<SessionValues>({
    form,
    formName: "session",
    labels: sessionLabels,
    send: async (values, idempotencyKey) => {
      const sent = await send(sessionRequestOf(values), idempotencyKey);
      await queries.invalidateQueries({ refetchType: "none" });
      setReceipt(sent);
    },
    onRefused: (error) => {
      // A colleague has completed or amended it meanwhile: the page says so.
      if (isCode(error, "plan.not_open")) void queries.invalidateQueries();
    },
  });
  if (receipt !== null) return <SessionReceipt planId={plan.id} {...receipt} />;
  return (
    <>
      <LeaveDialog unsent={changed} draftKept={false} />
      <div className="plan-columns">
        <Card title="本场培训" size="small">
          <SubmissionForm
            submission={submission}
            form={form}
            name="session"
            initialValues={initial}
            scrollToFirstError
            onValuesChange={() => setChanged(true)}
          >
            <SessionFields plan={plan} />
            <Button type="primary" htmlType="submit" loading={submission.busy}>
              {sendText}
            </Button>
          </SubmissionForm>
        </Card>
        <Flex vertical gap={16}>
          <PlanFacts plan={plan} />
          <SessionRoute people={participants} />
        </Flex>
      </div>
    </>
  );
}

function PlanFacts({ plan }: { plan: PlanView }) {
  const { planNumber, startDate, endDate, subject, plannedHours, declaredPeople, mostPeople } = plan;
  return (
    <Card title="培训计划" size="small">
      <Descriptions
        size="small"
        column={1}
        items={[
          { key: "number", label: "计划编号", children: planNumber },
          { key: "dates", label: "起止日期", children: `${startDate} 至 ${endDate}` },
          { key: "subject", label: "计入科目", children: `${subjectNames[subject]}（会计人员计入公需科目）` },
          { key: "hours", label: "计划学时", children: `每人 ${plannedHours} 学时，各场次合计` },
          { key: "people", label: "已申报", children: `${declaredPeople} 人，最多 ${mostPeople} 人` },
        ]}
      />
    </Card>
  );
}

/** Nobody whose own hours these are reviews them, so the route hangs on who took part. */
function SessionRoute({ people }: { people: readonly { id: string }[] }) {
  const personIds = people.map(({ id }) => id);
  const route = useQuery({
    queryKey: ["previewApplicationRoute", "plan-declaration", personIds],
    queryFn: () => callApi(previewApplicationRoute, { kind: "plan-declaration", personIds }),
    enabled: personIds.length > 0,
  });
  return (
    <Card title="审核路线" size="small">
      {personIds.length === 0 && (
        <Typography.Text type="secondary">选择参加人员后显示将由哪些部门审核</Typography.Text>
      )}
      {personIds.length > 0 && route.isPending && <Skeleton active paragraph={{ rows: 2 }} title={false} />}
      {route.isError && <Alert type="warning" showIcon title={errorText(route.error)} />}
      {personIds.length > 0 && route.data !== undefined && (
        <>
          <Typography.Paragraph>{route.data.text}</Typography.Paragraph>
          <RouteSteps steps={route.data.steps} />
        </>
      )}
    </Card>
  );
}

function SessionReceipt({ planId, id, number }: { planId: string; id: string; number: string }) {
  return (
    <Result
      status="success"
      title="计划学时申报已提交"
      subTitle={
        <>
          受理编号{" "}
          <Typography.Text strong copyable>
            {number}
          </Typography.Text>
          ，审核通过后计入每人的学时
        </>
      }
      extra={[
        <Link key="application" to={`/workspace/applications/${id}`}>
          <Button type="primary">查看审核进度</Button>
        </Link>,
        <Link key="plan" to={`/workspace/training-plans/${planId}`}>
          <Button>返回培训计划</Button>
        </Link>,
      ]}
    />
  );
}
