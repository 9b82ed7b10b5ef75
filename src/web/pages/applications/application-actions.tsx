import { Button } from "antd";
import { Link } from "react-router";
import { withdrawApplication } from "../../../shared/contracts/applications.ts";
import { objectToTransfer } from "../../../shared/contracts/transfers.ts";
import { callApi } from "../../api.ts";
import { useConfirmedAction } from "../../components/confirmed-action.ts";
import { useReasonDialog } from "../../components/reason-dialog.tsx";
import type { Application } from "./use-application.ts";

/** What the API lets the user do about an application: 撤回 or 放弃 it, or object to his unit's transfer (TRF-14). */
export function ApplicationActions({ application }: { application: Application }) {
  const confirm = useConfirmedAction();
  const ask = useReasonDialog();
  const { id, number, title, status } = application;
  const verb = status === "rejected" ? "放弃" : "撤回";
  return (
    <>
      {application.canObject && (
        <Button
          type="primary"
          onClick={() =>
            ask({
              title: `对「${title}」提出异议？`,
              consequence: "原单位和新单位都会收到您的异议。异议只能提出一次，提出后不能收回。",
              reasonName: "异议原因",
              placeholder: "请填写异议原因，原单位和新单位都能看到",
              okText: "提出异议",
              danger: true,
              send: (reason) => callApi(objectToTransfer, { id, reason }),
              doneText: "异议已提出",
            })
          }
        >
          提出异议
        </Button>
      )}
      {application.canResubmit && application.kind === "plan-declaration" && (
        <Link to={`/workspace/plan-declarations/${id}/resubmit`}>
          <Button type="primary">修改重新提交</Button>
        </Link>
      )}
      {application.canWithdraw && (
        <Button
          danger
          onClick={() =>
            confirm({
              title: `${verb}「${title}」？`,
              content: `编号 ${number}。${verb}后办理立即停止，如仍需要须重新申请。`,
              okText: verb,
              send: () => callApi(withdrawApplication, { id }),
              doneText: `已${verb} ${number}`,
            })
          }
        >
          {verb}
        </Button>
      )}
    </>
  );
}
