import { Button, Result, Typography } from "antd";

/** What a submission answers with, whatever its kind. */
export interface SubmittedApplication {
  number: string;
  holderName: string | null;
}

interface ApplicationReceiptProps {
  title: string;
  application: SubmittedApplication;
  onSeen: () => void;
}

/** The receipt: number, and who has it now (convention 16). */
export function ApplicationReceipt({ title, application, onSeen }: ApplicationReceiptProps) {
  const { number, holderName } = application;
  return (
    <Result
      status="success"
      title={title}
      subTitle={
        <>
          受理编号{" "}
          <Typography.Text strong copyable>
            {number}
          </Typography.Text>
          {holderName !== null && `，现由「${holderName}」办理`}
        </>
      }
      extra={
        <Button type="primary" onClick={onSeen}>
          查看办理进度
        </Button>
      }
    />
  );
}
