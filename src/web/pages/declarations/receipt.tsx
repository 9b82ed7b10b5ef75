import { Button, Card, Flex, Result, Table, Typography } from "antd";
import { Link } from "react-router";
import type { submitDeclarations } from "../../../shared/contracts/declarations.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { creditsText, type Hours } from "./hours-text.ts";
import { RouteSteps } from "./route-preview.tsx";

export type SubmissionReceipt = ResponseOf<typeof submitDeclarations>;
type ReceiptRow = SubmissionReceipt["declarations"][number];

/** The receipt: batch number, one line for each person, and who reviews in which order (convention 16). */
export function Receipt({ receipt, onAnother }: { receipt: SubmissionReceipt; onAnother: () => void }) {
  return (
    <Flex vertical gap={16}>
      <Result
        status="success"
        title="申报已提交"
        subTitle={
          <Typography.Text>
            受理编号{" "}
            <Typography.Text strong copyable data-testid="batch-number">
              {receipt.batchNumber}
            </Typography.Text>
            ，共 {receipt.declarations.length} 条
          </Typography.Text>
        }
        extra={[
          <Link key="list" to="/workspace/declarations">
            <Button type="primary">查看申报记录</Button>
          </Link>,
          <Button key="again" onClick={onAnother}>
            继续申报
          </Button>,
        ]}
      />
      <Card title="本次申报" size="small">
        <Table<ReceiptRow>
          rowKey="id"
          size="small"
          dataSource={receipt.declarations}
          pagination={receipt.declarations.length > 20 ? { showTotal: (total) => `共 ${total} 条` } : false}
          columns={[
            { title: "编号", dataIndex: "number" },
            { title: "姓名", dataIndex: "personName" },
            { title: "申报学时", dataIndex: "hours", render: (hours: Hours) => creditsText(hours) },
            {
              title: "操作",
              key: "actions",
              render: (_: unknown, row: ReceiptRow) => (
                <Link to={`/workspace/declarations/${row.id}`} aria-label={`查看${row.number}的详细`}>
                  详细
                </Link>
              ),
            },
          ]}
        />
      </Card>
      <Card title="审核路线" size="small">
        <RouteSteps steps={receipt.route} />
      </Card>
    </Flex>
  );
}
