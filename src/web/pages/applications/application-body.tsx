import { Alert, Flex } from "antd";
import { type TransferData, transferData } from "../../../shared/contracts/transfers.ts";
import { momentText } from "../../components/dates.ts";
import { ApplicationDetails } from "../workflow/application-details.tsx";
import { InstanceProgress } from "../workflow/instance-progress.tsx";
import type { Application } from "./use-application.ts";

/** Progress and content of an application; of a transfer that the unit asked for also the person's objection. */
export function ApplicationBody({ application }: { application: Application }) {
  const { id, kind, status, data, canObject, instanceId } = application;
  const objection = kind === "transfer" ? (transferData.safeParse(data).data?.objection ?? null) : null;
  return (
    <Flex vertical gap={16}>
      {objection !== null && <Objection objection={objection} canObject={canObject} />}
      {status !== "scheduled" && <InstanceProgress instanceId={instanceId} />}
      <ApplicationDetails id={id} />
    </Flex>
  );
}

interface ObjectionProps {
  objection: NonNullable<TransferData["objection"]>;
  canObject: boolean;
}

function Objection({ objection: { at, reason, until, blocks }, canObject }: ObjectionProps) {
  if (at !== null) {
    const description = blocks ? "异议解决前不能完成调转" : undefined;
    const title = `本人已于 ${momentText(at)} 提出异议：${reason ?? ""}`;
    return <Alert type="warning" showIcon title={title} description={description} />;
  }
  if (!canObject) return null;
  const title = `单位已为您申请人员调转。如有异议，请于 ${until} 前（含当日）提出`;
  return <Alert type="warning" showIcon title={title} />;
}
