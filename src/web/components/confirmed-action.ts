import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { errorText } from "../api.ts";

export interface Confirmation {
  /** names the thing that it is about */
  title: string;
  /** what follows from it */
  content: string;
  okText: string;
  send: () => Promise<unknown>;
  /** said after it is done; without it the page itself shows what came of it */
  doneText?: string;
}

/**
 * Asks before something that cannot be taken back, then sends it. Refused or not, the page is loaded anew afterwards:
 * somebody else may have been first.
 */
export function useConfirmedAction(): (confirmation: Confirmation) => void {
  const queries = useQueryClient();
  const { modal, message } = App.useApp();
  return ({ send, okText, doneText, ...texts }) =>
    void modal.confirm({
      ...texts,
      okText,
      okButtonProps: { danger: true },
      cancelText: "取消",
      onOk: async () => {
        try {
          await send();
          if (doneText !== undefined) void message.success(doneText);
        } catch (error) {
          void message.error(errorText(error));
        }
        await queries.invalidateQueries();
      },
    });
}
