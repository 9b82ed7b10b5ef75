import { Alert, Flex } from "antd";
import { transferData } from "../../../shared/contracts/transfers.ts";
import { momentText } from "../../components/dates.ts";
import { ApplicationDetails } from "../workflow/application-details.tsx";
import { InstanceProgress } from "../workflow/instance-progress.tsx";
import type { Application } from "./use-application.ts";

/** Progress and content of an application; of a transfer that the unit asked for also the person's objection. */
export function ApplicationBody({ application }: { application: Application }) {
  const { id, status, instanceId } = application;
  return (
    <Flex vertical gap={16}>
      <ObjectionNote application={application} />
      {status !== "scheduled" && <InstanceProgress instanceId={instanceId} />}
      <ApplicationDetails id={id} />
    </Flex>
  );
}

/** What the person said against a transfer that his unit asked for, or until when he can (TRF-14). */
export function ObjectionNote({ application: { kind, data, canObject } }: { application: Application }) {
  const objection = kind === "transfer" ? (transferData.safeParse(data).data?.objection ?? null) : null;
  if (objection === null) return null;
  const { at, reason, until, blocks } = objection;
  if (at !== null) {
    const description = blocks ? "异议解决前不能完成调转" : undefined;
    const title = `本人已于 ${momentText(at)} 提出异议：${reason ?? ""}`;
    return <Alert type="warning" showIcon title={title} description={description} />;
  }
  if (!canObject) return null;
  const title = `单位已为您申请人员调转。如有异议，请于 ${until} 前（含当日）提出`;
  return <Alert type="warning" showIcon title={title} />;
}
