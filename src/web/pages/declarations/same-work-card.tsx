import { Alert, Card, Flex, Table, Tag } from "antd";
import { Link } from "react-router";
import type { getDeclaration } from "../../../shared/contracts/declarations.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";

type SameWork = NonNullable<ResponseOf<typeof getDeclaration>["sameWork"]>;
type Claim = SameWork["claims"][number];

const columns = [
  {
    title: "申报编号",
    key: "number",
    render: (_: unknown, { declarationId, number }: Claim) =>
      declarationId === null ? (
        "不在本单位查看范围"
      ) : (
        <Link to={`/workspace/declarations/${declarationId}`}>{number}</Link>
      ),
  },
  { title: "姓名", dataIndex: "personName" },
  { title: "工作单位", dataIndex: "organizationName" },
  { title: "认证年度", dataIndex: "year", render: (year: number) => `${year}年度` },
  { title: "次序", key: "rank", render: (_: unknown, claim: Claim) => rankText(claim) },
  { title: "状态", dataIndex: "statusName" },
];

/** 查重: who else claims this work, and who of them for the same rank (DEC-13, APR-10). */
export function SameWorkCard({ sameWork: { claims, hasMore } }: { sameWork: SameWork }) {
  const alike = claims.filter(({ sameRank }) => sameRank).length;
  return (
    <Card title="同一成果的其他申报" size="small" data-testid="same-work">
      <Flex vertical gap={12}>
        <Alert
          type={alike > 0 ? "warning" : "info"}
          showIcon
          title={
            alike > 0
              ? `另有 ${alike} 人以相同次序申报同一成果，请核实后办理`
              : "其他人员以不同次序申报同一成果，次序无冲突"
          }
        />
        <Table
          size="small"
          rowKey={(claim) => `${claim.declarationId ?? claim.organizationName}${claims.indexOf(claim)}`}
          pagination={false}
          dataSource={claims}
          columns={columns}
        />
        {hasMore && <span>仅列出最近 {claims.length} 条</span>}
      </Flex>
    </Card>
  );
}

function rankText({ rank, group, sameRank }: Claim) {
  return (
    <>
      {group === null ? "" : `${group} `}第 {rank} {sameRank && <Tag color="warning">次序相同</Tag>}
    </>
  );
}
