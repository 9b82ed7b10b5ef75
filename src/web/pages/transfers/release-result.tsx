import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Result, Skeleton } from "antd";
import { Link } from "react-router";
import { listBlockingItems } from "../../../shared/contracts/applications.ts";
import { callApi } from "../../api.ts";
import { LoadFailed, SmallTable } from "../../components/data-table.tsx";
import { downloadText } from "../../components/print.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { BlockingItems } from "../applications/blocking-list.tsx";
import { failedReleasesCsv, type ReleaseOutcome } from "./release-model.ts";

type Row = ReleaseOutcome["rows"][number];

interface ReleaseResultProps {
  outcome: ReleaseOutcome;
  /** the same once more, for those whom it failed for */
  onRetry: () => void;
  onAnother: () => void;
}

/** What came of 人员调出, person by person: the number of each application, or why there is none (AUD-09). */
export function ReleaseResult({ outcome, onRetry, onAnother }: ReleaseResultProps) {
  const { succeeded, failed, rows } = outcome;
  return (
    <Card size="small">
      <Result
        status={failed === 0 ? "success" : "warning"}
        title={<span role="status">{`转出申请已提交 ${succeeded} 人，未提交 ${failed} 人`}</span>}
        subTitle="已提交的由新单位确认后完成，可在调转记录中查看办理情况"
        extra={[
          <Link key="records" to="/workspace/applications?kind=transfer">
            <Button type="primary">查看调转记录</Button>
          </Link>,
          ...(failed === 0
            ? []
            : [
                <Button key="retry" onClick={onRetry}>
                  修改后重新提交未成功的 {failed} 人
                </Button>,
                <Button
                  key="export"
                  icon={<DownloadOutlined aria-hidden />}
                  onClick={() => downloadText(failedReleasesCsv(outcome), "人员调出失败清单.csv")}
                >
                  导出失败清单
                </Button>,
              ]),
          <Button key="another" onClick={onAnother}>
            继续调出其他人员
          </Button>,
        ]}
        style={{ padding: "12px 0" }}
      />
      <SmallTable<Row>
        rowKey="id"
        dataSource={[...rows]}
        pagination={rows.length > 10 ? { pageSize: 10, showTotal: (total) => `共 ${total} 人` } : false}
        columns={columns}
      />
    </Card>
  );
}

const columns = [
  { title: "姓名", dataIndex: "name" },
  { title: "身份证号码", dataIndex: "maskedIdNumber" },
  {
    title: "结果",
    key: "result",
    render: (_: unknown, { ok }: Row) => (
      <StatusTag status={ok ? "pending" : "failed"} name={ok ? "待新单位审核" : "未提交"} />
    ),
  },
  {
    title: "受理编号或原因",
    key: "details",
    render: (_: unknown, row: Row) =>
      row.ok ? (
        <Link to={`/workspace/applications/${row.applicationId ?? ""}`}>{row.number}</Link>
      ) : (
        <Failure row={row} />
      ),
  },
];

function Failure({ row: { id, code, message } }: { row: Row }) {
  return code === "application.blocked" ? <PersonBlocks personId={id} /> : <>{message}</>;
}

/** What the person must have finished first, counted anew (TRF-01). */
function PersonBlocks({ personId }: { personId: string }) {
  const blocking = useQuery({
    queryKey: ["listBlockingItems", "transfer", personId],
    queryFn: () => callApi(listBlockingItems, { kind: "transfer", personId }),
  });
  if (blocking.isError) return <LoadFailed error={blocking.error} retry={() => void blocking.refetch()} />;
  if (blocking.data === undefined) return <Skeleton active paragraph={{ rows: 1 }} title={false} />;
  const { items } = blocking.data;
  if (items.length === 0) return <>未办结的事项现已办结，可重新提交</>;
  return (
    <>
      有未办结的事项：
      <BlockingItems items={items} />
    </>
  );
}
