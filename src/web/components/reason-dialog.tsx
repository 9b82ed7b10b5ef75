import { useQueryClient } from "@tanstack/react-query";
import { App, Input } from "antd";
import { errorText } from "../api.ts";

interface ReasonQuestion {
  title: string;
  /** what follows from the action, said above the field */
  consequence?: string;
  /** the field's name, also in the refusal of an empty one: 「恢复原因」 */
  reasonName: string;
  placeholder?: string;
  okText: string;
  danger?: boolean;
  send: (reason: string) => Promise<unknown>;
  /** said after it is done; without it the page itself shows what came of it */
  doneText?: string;
}

/**
 * Asks for the reason of an action that the audit trail keeps, then sends it. It sends nothing without a reason; what
 * went wrong is said with the dialog still open. What the page shows is loaded anew afterwards.
 */
export function useReasonDialog(): (question: ReasonQuestion) => void {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  return ({ title, consequence, reasonName, okText, danger = false, send, doneText, ...given }) => {
    let reason = "";
    void modal.confirm({
      title,
      content: (
        <>
          {consequence !== undefined && <p>{consequence}</p>}
          <Input.TextArea
            aria-label={reasonName}
            placeholder={given.placeholder ?? "请填写原因，记入审计记录"}
            maxLength={500}
            onChange={(event) => {
              reason = event.target.value;
            }}
          />
        </>
      ),
      okText,
      okButtonProps: { danger },
      cancelText: "取消",
      // With `close` the dialog stays open until it is called: what was typed is not lost by a refusal.
      onOk: (close) => {
        if (reason.trim().length < 2) {
          void message.error(`请填写${reasonName}`);
          return;
        }
        send(reason).then(
          () => {
            close();
            if (doneText !== undefined) void message.success(doneText);
            void queries.invalidateQueries();
          },
          (error: unknown) => void message.error(errorText(error)),
        );
      },
    });
  };
}
