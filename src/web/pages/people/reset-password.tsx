import { App } from "antd";
import { resetPersonPassword } from "../../../shared/contracts/accounts.ts";
import { callApi, errorText } from "../../api.ts";
import { momentText } from "../../components/dates.ts";

export interface ResetPerson {
  id: string;
  name: string;
  maskedIdNumber: string;
}

/** 重置密码 after a confirmation that names the person (PWD-03, PWD-08). */
export function useResetPassword(): (person: ResetPerson) => void {
  const { modal } = App.useApp();
  return (person) =>
    void modal.confirm({
      title: `重置 ${person.name}（${person.maskedIdNumber}）的密码？`,
      content:
        "密码将重置为身份证后六位（末位为X的用大写），只能使用一次，登录后必须立即修改，72小时内有效。此操作记入审计记录并通知本人。",
      okText: "重置密码",
      okButtonProps: { danger: true },
      cancelText: "取消",
      onOk: async () => {
        try {
          const answer = await callApi(resetPersonPassword, { id: person.id });
          void modal.success({
            title: `已重置 ${person.name} 的密码`,
            content: `请告知本人使用身份证后六位登录并立即修改，${momentText(answer.expiresAt)} 前有效。`,
            okText: "知道了",
          });
        } catch (error) {
          void modal.error({ title: "未能重置密码", content: errorText(error), okText: "知道了" });
        }
      },
    });
}
