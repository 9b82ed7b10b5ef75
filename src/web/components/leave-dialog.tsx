import { Modal } from "antd";
import { useLeaveWarning } from "./use-draft.ts";

/** Asks before an unsent form is left. Says whether a draft is kept, so that nobody fears for his work. */
export function LeaveDialog({ unsent, draftKept }: { unsent: boolean; draftKept: boolean }) {
  const blocker = useLeaveWarning(unsent);
  return (
    <Modal
      open={blocker.state === "blocked"}
      title="离开此页面？"
      okText="离开"
      cancelText="继续填写"
      onOk={() => blocker.proceed?.()}
      onCancel={() => blocker.reset?.()}
    >
      {draftKept
        ? "内容尚未提交，已为您保存草稿（不含密码），30天内再次打开可继续填写。"
        : "内容尚未提交，离开后已填写的内容将丢失。"}
    </Modal>
  );
}
