import { useQuery } from "@tanstack/react-query";
import { Card, Descriptions, Flex, Form, Skeleton, Steps } from "antd";
import { listBlockingItems } from "../../../shared/contracts/applications.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type { getPerson } from "../../../shared/contracts/people.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import type { SubmittedApplication } from "../applications/application-receipt.tsx";
import { BlockingList } from "../applications/blocking-list.tsx";
import "../declarations/declarations.css";
import { TransferForm } from "./transfer-form.tsx";
import type { TransferValues } from "./transfer-model.ts";

export type OwnPerson = ResponseOf<typeof getPerson>;

interface NewTransferProps {
  person: OwnPerson;
  onSubmitted: (transfer: SubmittedApplication) => void;
}

/** What stands in the way (TRF-01), where the person is now, and the form beside who will decide. */
export function NewTransfer({ person, onSubmitted }: NewTransferProps) {
  const [form] = Form.useForm<TransferValues>();
  const blocking = useQuery({
    queryKey: ["listBlockingItems", "transfer"],
    queryFn: () => callApi(listBlockingItems, { kind: "transfer" }),
  });
  if (blocking.isError) return <LoadFailed error={blocking.error} retry={() => void blocking.refetch()} />;
  if (blocking.data === undefined) return <Skeleton active />;
  const { items } = blocking.data;
  return (
    <>
      <BlockingList items={items} busy={blocking.isFetching} onRefresh={() => void blocking.refetch()} />
      <div className="plan-columns">
        <Flex vertical gap={16}>
          <CurrentUnit person={person} />
          <Card title="调转申请" size="small">
            <TransferForm
              form={form}
              person={person}
              isBlocked={items.length > 0}
              onSubmitted={onSubmitted}
            />
          </Card>
        </Flex>
        <Card title="办理步骤" size="small">
          <Steps orientation="vertical" size="small" current={-1} items={stepsOf(person)} />
        </Card>
      </div>
    </>
  );
}

function CurrentUnit({ person }: { person: OwnPerson }) {
  return (
    <Card title="目前所在单位" size="small">
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: "unit", label: "单位", children: person.organizationName },
          { key: "department", label: "部门", children: person.departmentName ?? "—" },
          { key: "region", label: "所属区域", children: person.regionPath },
        ]}
      />
    </Card>
  );
}

function stepsOf({ organizationName }: OwnPerson) {
  return [
    {
      title: `原单位同意调出：${organizationName}`,
      content: "逾期未办理或暂无管理员的，由其上级部门或同级人社部门办理",
    },
    { title: "新单位（人才中心）确认调转", content: "调出省外的，由原单位同级人社部门确认" },
    { title: "完成", content: "本人转入新单位；确认之前可以撤回" },
  ];
}
