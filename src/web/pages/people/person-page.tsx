import { useQuery } from "@tanstack/react-query";
import { Button, Card, Descriptions, Skeleton, Tabs } from "antd";
import { useParams } from "react-router";
import { getPerson } from "../../../shared/contracts/people.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { MaskedId } from "../../components/masked-id.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { Watermarked } from "../../components/watermarked.tsx";
import { RequireModule, useHasModule } from "../../session.tsx";
import { LearningRecords } from "./learning-records.tsx";
import { useResetPassword } from "./reset-password.tsx";
import { YearList } from "./year-list.tsx";

type PersonView = ResponseOf<typeof getPerson>;

/** One person: data, annual completion, learning records (QRY-03), 重置密码 (QRY-04). */
export function PersonPage() {
  const { id = "" } = useParams();
  return (
    <RequireModule module="people:query">
      <PersonBody key={id} id={id} />
    </RequireModule>
  );
}

function PersonBody({ id }: { id: string }) {
  const url = useUrlState();
  const mayPrint = useHasModule("certificates:print");
  const person = useQuery({ queryKey: ["getPerson", id], queryFn: () => callApi(getPerson, { id }) });
  if (person.isError) return <LoadFailed error={person.error} retry={() => void person.refetch()} />;
  if (person.data === undefined) return <Skeleton active />;
  return (
    <Watermarked>
      <PageHead
        title={person.data.name}
        hint={person.data.organizationName}
        trail={[{ title: "专技人员信息查询", to: "/workspace/people" }]}
        actions={<ResetButton person={person.data} />}
      />
      <PersonFacts person={person.data} />
      <Tabs
        activeKey={url.values["tab"] ?? "years"}
        onChange={(key) => url.set({ tab: key === "years" ? undefined : key })}
        items={[
          {
            key: "years",
            label: "年度完成情况",
            children: <YearList personId={id} mayPrint={mayPrint} mayDeclare={false} />,
          },
          { key: "records", label: "学习记录", children: <LearningRecords personId={id} /> },
        ]}
      />
    </Watermarked>
  );
}

function ResetButton({ person }: { person: PersonView }) {
  const reset = useResetPassword();
  const mayReset = useHasModule("people:reset-password");
  if (!mayReset || person.status !== "active") return null;
  return (
    <Button danger onClick={() => reset(person)}>
      重置密码
    </Button>
  );
}

function PersonFacts({ person }: { person: PersonView }) {
  const rows = [
    { label: "性别", value: person.sexName },
    { label: "出生日期", value: person.birthDate },
    { label: "民族", value: person.nationName },
    { label: "籍贯", value: person.nativePlace },
    { label: "手机号码", value: person.maskedPhone },
    { label: "所属区域", value: person.regionPath },
    { label: "部门", value: person.departmentName },
    { label: "毕业院校", value: person.school },
    { label: "所学专业", value: person.major },
    { label: "职称系列", value: person.titleSeriesName },
    { label: "职称级别", value: person.titleLevelName },
    { label: "职称名称", value: person.titleName },
    { label: "会计人员", value: person.isAccountant ? "是" : "否" },
    { label: "注册日期", value: person.registeredOn },
  ];
  return (
    <Card size="small" style={{ marginBottom: 16 }}>
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, lg: 3 }}
        items={[
          {
            key: "id",
            label: "身份证号码",
            children: (
              <MaskedId masked={person.maskedIdNumber} personId={person.id} personName={person.name} />
            ),
          },
          {
            key: "status",
            label: "状态",
            children: (
              <StatusTag status={person.status} name={person.status === "active" ? "在册" : "已注销"} />
            ),
          },
          ...rows.map((row) => ({ key: row.label, label: row.label, children: row.value ?? "—" })),
        ]}
      />
    </Card>
  );
}
