import { DownOutlined, UserOutlined } from "@ant-design/icons";
import { App, Button, Dropdown, type MenuProps } from "antd";
import { useNavigate } from "react-router";
import type { SessionView } from "../../shared/contracts/accounts.ts";
import { loginRoles } from "../../shared/modules.ts";
import { errorText } from "../api.ts";
import { useSession, useSignedIn } from "../session.tsx";
import { useTextSize } from "../text-size.tsx";
import { momentText } from "./dates.ts";

/** Under the user's name: the role in use, other roles (LOG-13), 修改密码 (PWD-01), 修改手机号 (PWD-02), 退出登录, last login (LOG-15). */
export function UserMenu() {
  const session = useSignedIn();
  const { logOut, switchRole } = useSession();
  const navigate = useNavigate();
  const text = useTextSize();
  const { message } = App.useApp();

  async function choose(key: string) {
    try {
      if (key === "text") return text.toggle();
      if (key === "password" || key === "phone") return void navigate(`/change-${key}`);
      if (key === "leave") {
        // In this order: a page that needs the session would send its former user to the login page.
        await navigate("/");
        return await logOut();
      }
      // First away from the page: an unsent form may still have to be saved in the role that it belongs to.
      await navigate("/workspace");
      if (window.location.pathname !== "/workspace") return;
      await switchRole(key.slice("role:".length));
      void message.success("已切换角色");
    } catch (error) {
      void message.error(errorText(error));
    }
  }

  const others = session.roles.filter((role) => role.key !== session.roleKey);
  const items: MenuProps["items"] = [
    {
      type: "group",
      label: `${session.maskedIdNumber} · 上次登录 ${lastLogin(session)}`,
      children: [],
    },
    ...(others.length === 0
      ? []
      : [
          {
            type: "group" as const,
            label: "切换角色",
            children: others.map((role) => ({
              key: `role:${role.key}`,
              label: `${loginRoles[role.role]} · ${role.organizationName}`,
            })),
          },
        ]),
    { type: "divider" },
    { key: "text", label: text.large ? "标准字号" : "大字版" },
    { key: "password", label: "修改密码" },
    { key: "phone", label: "修改手机号" },
    { key: "leave", label: "退出登录" },
  ];
  return (
    <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => void choose(key) }}>
      <Button type="text" className="shell-user" icon={<UserOutlined aria-hidden />}>
        <span className="shell-user-name">
          {session.name}
          <span className="shell-user-role">
            （{loginRoles[session.role]} · {session.organizationName}）
          </span>
        </span>
        <DownOutlined aria-hidden />
      </Button>
    </Dropdown>
  );
}

/** When and where from: whoever sees a login that was not his own changes his password (LOG-15). */
function lastLogin({ lastLoginAt, lastLoginAddress }: SessionView): string {
  const when = momentText(lastLoginAt);
  return lastLoginAddress === null ? when : `${when}（${lastLoginAddress}）`;
}
