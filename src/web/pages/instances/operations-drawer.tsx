import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Drawer, Input, Select, Skeleton, Space } from "antd";
import { useState } from "react";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import {
  cancelInstance,
  getInstanceOperations,
  reassignTask,
  retryTimer,
} from "../../../shared/contracts/instances.ts";
import { moveInstances } from "../../../shared/contracts/workflow-definitions.ts";
import type { InstanceView } from "../../../shared/contracts/workflow.ts";
import { ApiError, callApi, errorText } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { type OrganizationOption, OrganizationPicker } from "../../components/organization-picker.tsx";
import { type Run, useAction } from "../../components/use-action.ts";

type Operations = ResponseOf<typeof getInstanceOperations>;

/** 流程运维: what an operator could do to this instance, what would come of it, and the reason to give (OPS-04). */
export function OperationsButton({ instance }: { instance: InstanceView }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>运维操作</Button>
      <Drawer
        open={open}
        size={560}
        title={`运维操作：${instance.number}`}
        destroyOnHidden
        onClose={() => setOpen(false)}
      >
        <OperationsBody instance={instance} />
      </Drawer>
    </>
  );
}

function OperationsBody({ instance }: { instance: InstanceView }) {
  const [reason, setReason] = useState("");
  const [done, setDone] = useState<string | null>(null);
  const queries = useQueryClient();
  const { busy, failure, run } = useAction();
  const preview = useQuery({
    queryKey: ["instance-operations", instance.id],
    queryFn: () => callApi(getInstanceOperations, { id: instance.id }),
  });
  if (preview.isError) return <LoadFailed error={preview.error} retry={() => void preview.refetch()} />;
  if (preview.data === undefined) return <Skeleton active />;
  const act = (what: string): Run => {
    return (action) =>
      run(async () => {
        setDone(null);
        await action();
        setDone(what);
        setReason("");
        await queries.invalidateQueries();
      });
  };
  const given = { instance, preview: preview.data, reason, disabled: busy || reason.trim().length < 2, act };
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <Alert type="warning" showIcon title="每项操作记入审计记录，省级人社部门可见，并通知有关各方。" />
      <Input.TextArea
        aria-label="操作原因"
        placeholder="请填写原因（必填），有关各方将看到"
        maxLength={500}
        rows={2}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {done !== null && <Alert type="success" showIcon role="status" title={done} />}
      {failure !== null && <Alert type="error" showIcon role="alert" title={errorText(failure)} />}
      <Reassignment {...given} />
      <Move {...given} />
      <Timers {...given} />
      <Cancellation {...given} />
    </Space>
  );
}

interface Given {
  instance: InstanceView;
  preview: Operations;
  reason: string;
  disabled: boolean;
  act: (what: string) => Run;
}

function Reassignment({ preview, reason, disabled, act }: Given) {
  const [target, setTarget] = useState<OrganizationOption | undefined>();
  const tasks = preview.tasks.filter(({ reassignable }) => reassignable);
  return (
    <Card size="small" title="改派">
      {tasks.length === 0 && "没有可改派的待办。"}
      {tasks.map(({ id, stepName, holderName }) => (
        <Space key={id} orientation="vertical">
          <span>
            {stepName}：现由{holderName}办理
          </span>
          <OrganizationPicker
            title="改派单位"
            kinds={["employer", "authority", "bureau"]}
            withinRegion
            value={target}
            onChange={setTarget}
          />
          <Button
            disabled={disabled || target === undefined}
            onClick={() =>
              void act(`已改派至${target?.name}`)(async () => {
                await callApi(reassignTask, { id, organizationId: target?.id ?? "", reason });
              })
            }
          >
            改派
          </Button>
        </Space>
      ))}
    </Card>
  );
}

function Move({ instance, preview, reason, disabled, act }: Given) {
  const [version, setVersion] = useState<number | null>(null);
  const others = preview.versions.filter(({ current }) => !current);
  return (
    <Card size="small" title="迁移到另一版本">
      {others.length === 0 ? (
        "没有其他版本。"
      ) : (
        <Space wrap>
          <Select
            aria-label="目标版本"
            placeholder="目标版本"
            style={{ width: 320 }}
            value={version}
            onChange={setVersion}
            options={others.map(({ versionNumber, movable, reason: why }) => ({
              value: versionNumber,
              disabled: !movable,
              label: `第 ${versionNumber} 版${movable ? "" : `（不能：${why}）`}`,
            }))}
          />
          <Button
            disabled={disabled || version === null}
            onClick={() =>
              void act(`已迁移到第 ${version} 版`)(async () => {
                const key = instance.processKey;
                const batch = { key, toVersion: version ?? 0, instanceIds: [instance.id], reason };
                const [result] = (await callApi(moveInstances, batch)).results;
                if (result?.ok === false) throw new ApiError(409, { message: result.message ?? "未能迁移" });
              })
            }
          >
            迁移
          </Button>
        </Space>
      )}
    </Card>
  );
}

function Timers({ instance, preview, reason, disabled, act }: Given) {
  return (
    <Card size="small" title="定时事件">
      {preview.timers.length === 0 && "没有等待中的定时事件。"}
      {preview.timers.map(({ id, name, dueAt, overdue, attempts }) => (
        <Space key={id} wrap>
          <span>
            {name}：{momentText(dueAt)} 到期，已尝试 {attempts} 次
          </span>
          <Button
            disabled={disabled || !overdue}
            onClick={() =>
              void act(`已执行${name}`)(async () => {
                await callApi(retryTimer, { id: instance.id, timerId: id, reason });
              })
            }
          >
            立即重试
          </Button>
        </Space>
      ))}
    </Card>
  );
}

function Cancellation({ instance, preview, reason, disabled, act }: Given) {
  const { possible, effects } = preview.cancellation;
  return (
    <Card size="small" title="终止流程">
      <p>{possible ? `终止后申请按撤回处理：${effects.join("、")}。学时不受影响。` : "当前不能终止。"}</p>
      <Button
        danger
        disabled={disabled || !possible}
        onClick={() =>
          void act("流程已终止")(async () => {
            await callApi(cancelInstance, { id: instance.id, reason });
          })
        }
      >
        终止流程「{instance.number}」
      </Button>
    </Card>
  );
}
