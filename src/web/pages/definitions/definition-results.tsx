import { Alert, Table } from "antd";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type {
  checkDefinition,
  previewDefinitionPositions,
} from "../../../shared/contracts/workflow-definitions.ts";

type Preview = ResponseOf<typeof previewDefinitionPositions>;
type Position = Preview["positions"][number];
type Check = ResponseOf<typeof checkDefinition>;

const space = { marginTop: 12 };

/** What the check found: element, and what is wrong with it. */
export function FindingsView({ check }: { check: Check }) {
  const errors = check.findings.filter(({ severity }) => severity === "error").length;
  const title = check.passed ? "检查通过，可以发布" : `有 ${errors} 处错误，不能发布`;
  return (
    <>
      <Alert
        type={check.passed ? "success" : "error"}
        showIcon
        role={check.passed ? "status" : "alert"}
        style={space}
        title={title}
      />
      {check.findings.length > 0 && (
        <Table<Check["findings"][number]>
          size="small"
          style={space}
          rowKey={({ code, elementId, zh }) => `${code} ${elementId} ${zh}`}
          dataSource={check.findings}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          columns={[
            {
              title: "程度",
              width: 80,
              render: (_value, { severity }) => (severity === "error" ? "错误" : "提示"),
            },
            {
              title: "元素",
              width: 200,
              render: (_value, { elementId }) => <code>{elementId ?? "全文"}</code>,
            },
            { title: "问题", dataIndex: "zh" },
            { title: "English", dataIndex: "en" },
          ]}
        />
      )}
    </>
  );
}

/** Every position that can be reached, and where each event leads. */
export function PositionsView({ preview }: { preview: Preview }) {
  return (
    <Table<Position>
      size="small"
      style={space}
      rowKey="id"
      title={() => `可到达 ${preview.positions.length} 个状态`}
      dataSource={preview.positions}
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      columns={[
        { title: "编号", dataIndex: "id", width: 70 },
        { title: "审核单位数", dataIndex: "routeLength", width: 100 },
        {
          title: "所处环节",
          render: (_value, { ended, open }) => `${ended ? "结束：" : ""}${open.join("、")}`,
        },
        {
          title: "走向",
          render: (_value, { moves }) =>
            moves.map(({ event, to, services }) => (
              <div key={event}>
                {event} → {to ?? "无出路"}
                {services.length > 0 && `（${services.join("、")}）`}
              </div>
            )),
        },
      ]}
    />
  );
}
