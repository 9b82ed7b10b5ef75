import { PaperClipOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Descriptions, Flex, Skeleton } from "antd";
import { useState } from "react";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { getRegistration } from "../../../shared/contracts/registrations.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { FileViewer } from "../declarations/declaration-details.tsx";

type Registration = ResponseOf<typeof getRegistration>;
type Line = { label: string; value: string | null };

/** Everything that a registration says, with its scan, for who reviews it (AUD-01, AUD-05). */
export function RegistrationDetails({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ["getRegistration", id],
    queryFn: () => callApi(getRegistration, { id }),
  });
  if (query.isError) return <LoadFailed error={query.error} retry={() => void query.refetch()} />;
  if (query.data === undefined) return <Skeleton active />;
  const { organization, person } = query.data;
  return (
    <Flex vertical gap={16}>
      <Lines title="注册申请" lines={applicantLines(query.data)} status={query.data} />
      {organization !== null && (
        <>
          <Lines title="单位信息" lines={organizationLines(organization)} />
          <Scan scan={organization.scan} />
        </>
      )}
      {person !== null && <Lines title="人员信息" lines={personLines(person)} />}
    </Flex>
  );
}

function Lines({ title, lines, status }: { title: string; lines: readonly Line[]; status?: Registration }) {
  return (
    <Card title={title} size="small">
      <Descriptions
        bordered
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          ...lines.map((line) => ({ key: line.label, label: line.label, children: line.value ?? "—" })),
          ...(status === undefined
            ? []
            : [
                {
                  key: "status",
                  label: "状态",
                  children: <StatusTag status={status.status} name={status.statusName} />,
                },
              ]),
        ]}
      />
    </Card>
  );
}

function Scan({ scan }: { scan: { fileId: string; name: string } }) {
  const [open, setOpen] = useState(false);
  return (
    <Card title="证件扫描件" size="small">
      <Button type="link" icon={<PaperClipOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {scan.name}
      </Button>
      <FileViewer file={open ? scan : null} onClose={() => setOpen(false)} />
    </Card>
  );
}

function applicantLines(registration: Registration): Line[] {
  return [
    { label: "受理号", value: registration.receiptNumber },
    { label: "申请类型", value: registration.kindName },
    { label: "名称", value: registration.subjectName },
    { label: "申请人", value: registration.applicantName },
    { label: "身份证号码", value: registration.maskedIdNumber },
    { label: "手机号码", value: registration.applicantPhone },
    { label: "电子邮箱", value: registration.applicantEmail },
    { label: "提交时间", value: momentText(registration.submittedAt) },
  ];
}

function organizationLines(organization: NonNullable<Registration["organization"]>): Line[] {
  return [
    { label: "统一社会信用代码", value: organization.creditCode },
    { label: "单位性质", value: organization.natureName },
    { label: "单位级别", value: organization.levelName },
    { label: "所属行业", value: organization.industryName },
    { label: "所属区域", value: organization.regionPath },
    { label: "单位地址", value: organization.address },
    { label: "单位电话", value: organization.phone },
    { label: "上级单位/主管部门", value: organization.superiorName },
    { label: "同级人社部门", value: organization.bureauName },
  ];
}

function personLines(person: NonNullable<Registration["person"]>): Line[] {
  return [
    { label: "所在单位", value: person.organizationName },
    { label: "所属部门", value: person.departmentName },
    { label: "性别", value: person.sexName },
    { label: "民族", value: person.nationName },
    { label: "籍贯", value: person.nativePlace },
    { label: "毕业院校", value: person.school },
    { label: "所学专业", value: person.major },
    { label: "会计人员", value: person.isAccountant ? "是" : "否" },
    { label: "职称系列", value: person.titleSeriesName },
    { label: "职称级别", value: person.titleLevelName },
    { label: "职称名称", value: person.titleName },
    { label: "取得时间", value: person.titleObtainedOn },
  ];
}
