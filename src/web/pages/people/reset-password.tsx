import { App } from "antd";
import { resetPersonPassword } from "../../../shared/contracts/accounts.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
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
        "密码将重置为身份证后六位（末位为X的用大写）或平台设定的一次性密码，只能使用一次，登录后必须立即修改，72小时内有效。此操作记入审计记录并通知本人。",
      okText: "重置密码",
      okButtonProps: { danger: true },
      cancelText: "取消",
      onOk: async () => {
        try {
          const answer = await callApi(resetPersonPassword, { id: person.id });
          void modal.success({
            title: `已重置 ${person.name} 的密码`,
            content: `${wayOf(answer)}，登录后须立即修改，${momentText(answer.expiresAt)} 前有效。`,
            okText: "知道了",
          });
        } catch (error) {
          void modal.error({ title: "未能重置密码", content: errorText(error), okText: "知道了" });
        }
      },
    });
}

/** How the owner comes by it (PWD-08). */
function wayOf({ by, code }: ResponseOf<typeof resetPersonPassword>): string {
  if (by === "phone") return "一次性密码已发送至本人登记的手机号";
  if (by === "administrator") return `本人没有登记手机号，请当面告知一次性密码 ${code ?? ""}（仅显示这一次）`;
  return "请告知本人使用身份证后六位登录";
}
