import { Alert, Table } from "antd";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type {
  checkPolicyPack,
  previewPolicyImpact,
  runPolicyCases,
} from "../../../shared/contracts/policies.ts";

type Impact = ResponseOf<typeof previewPolicyImpact>;
type Count = Impact["byRegion"][number];

const space = { marginTop: 12 };

/** What the check found, with line and place of each fault. */
export function Findings({ check }: { check: ResponseOf<typeof checkPolicyPack> }) {
  if (check.passed)
    return <Alert type="success" showIcon style={space} title={`校验通过，${check.cases} 个算例全部通过`} />;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      style={space}
      title={`有 ${check.findings.length} 处问题`}
      description={check.findings.map(({ place, line, message }) => (
        <div key={`${place}${message}`}>
          {line !== null && `第 ${line} 行 `}
          {place !== "" && `/${place}：`}
          {message}
        </div>
      ))}
    />
  );
}

/** The pack's own cases, failures first. */
export function CaseResults({ run }: { run: ResponseOf<typeof runPolicyCases> }) {
  return (
    <>
      <Alert
        type={run.failed === 0 ? "success" : "error"}
        showIcon
        style={space}
        title={`共 ${run.total} 个算例，${run.failed} 个未通过`}
      />
      <Table
        size="small"
        style={space}
        rowKey="name"
        dataSource={run.cases}
        columns={[
          { title: "算例", dataIndex: "name" },
          { title: "调用", dataIndex: "call", width: 120 },
          { title: "结果", render: (_value, { failure }) => failure ?? "通过" },
        ]}
      />
    </>
  );
}

/** Years that would change, by region, level and sector, and the first examples. */
export function ImpactView({ impact }: { impact: Impact }) {
  if (!impact.decidesYears)
    return (
      <Alert type="info" showIcon style={space} title="这类规则只用于今后的申报，不改变已有的年度结果。" />
    );
  return (
    <>
      <Alert
        type={impact.changed === 0 ? "success" : "warning"}
        showIcon
        style={space}
        title={`共 ${impact.evaluated} 个人员年度，${impact.changed} 个结果改变：新通过 ${impact.gained}，不再通过 ${impact.lost}`}
      />
      <CountTable title="地区" counts={impact.byRegion} />
      <CountTable title="职称级别" counts={impact.byLevel} />
      <CountTable title="行业" counts={impact.bySector} />
      <Examples examples={impact.examples} />
    </>
  );
}

function CountTable({ title, counts }: { title: string; counts: readonly Count[] }) {
  if (counts.length === 0) return null;
  return (
    <Table<Count>
      size="small"
      style={space}
      rowKey="code"
      dataSource={[...counts]}
      pagination={{ pageSize: 10, hideOnSinglePage: true }}
      columns={[
        { title, dataIndex: "name" },
        { title: "新通过", dataIndex: "gained", align: "right" },
        { title: "不再通过", dataIndex: "lost", align: "right" },
      ]}
    />
  );
}

function Examples({ examples }: { examples: Impact["examples"] }) {
  if (examples.length === 0) return null;
  return (
    <Table<Impact["examples"][number]>
      size="small"
      style={space}
      rowKey="personYearId"
      dataSource={[...examples]}
      pagination={{ pageSize: 10, hideOnSinglePage: true }}
      columns={[
        { title: "年度", dataIndex: "year", width: 80 },
        { title: "单位", dataIndex: "organizationName" },
        { title: "地区", dataIndex: "regionName" },
        { title: "职称级别", dataIndex: "levelName" },
        {
          title: "学时（公需/专业）",
          render: (_value, { hours }) => `${hours.public} / ${hours.professional}`,
        },
        { title: "现结果", dataIndex: "before" },
        { title: "新结果", dataIndex: "after" },
      ]}
    />
  );
}
