import { Card, Flex } from "antd";
import type { ReactNode } from "react";
import { StatusTag } from "../../components/status-tag.tsx";
import { ApplicationActions } from "./application-actions.tsx";
import type { Application } from "./use-application.ts";

interface ApplicationSummaryProps {
  title: string;
  application: Application;
  /** beside what can be done about it */
  children?: ReactNode;
}

/** Where an application stands in few words: status, number, who holds it, and what the user can do about it. */
export function ApplicationSummary({ title, application, children }: ApplicationSummaryProps) {
  const { number, status, statusName, holderName } = application;
  return (
    <Card title={title} size="small">
      <Flex vertical gap={12}>
        <strong>{application.title}</strong>
        <div>
          <StatusTag status={status} name={statusName} /> 受理编号 {number}
          {holderName !== null && `，当前由「${holderName}」办理`}
        </div>
        <Flex gap={12} align="center" wrap>
          <ApplicationActions application={application} />
          {children}
        </Flex>
      </Flex>
    </Card>
  );
}
