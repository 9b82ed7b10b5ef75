import { Button, Result, Typography } from "antd";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type { submitTransfer } from "../../../shared/contracts/transfers.ts";

export type SubmittedTransfer = ResponseOf<typeof submitTransfer>;

/** The receipt: number, and who has it now (convention 16). */
export function TransferReceipt({ transfer, onSeen }: { transfer: SubmittedTransfer; onSeen: () => void }) {
  return (
    <Result
      status="success"
      title="单位调转申请已提交"
      subTitle={
        <>
          受理编号{" "}
          <Typography.Text strong copyable>
            {transfer.number}
          </Typography.Text>
          {transfer.holderName !== null && `，现由「${transfer.holderName}」办理`}
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
