import { useQuery } from "@tanstack/react-query";
import { Badge, Button, Drawer, Menu } from "antd";
import {
  ApartmentOutlined,
  AuditOutlined,
  BankOutlined,
  CheckSquareOutlined,
  FormOutlined,
  HomeOutlined,
  IdcardOutlined,
  ImportOutlined,
  MenuOutlined,
  ReadOutlined,
  SafetyCertificateOutlined,
  SearchOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import { useState, type ReactNode } from "react";
import { Link, Outlet, useLocation } from "react-router";
import { countTasks } from "../../shared/contracts/workflow.ts";
import { callApi } from "../api.ts";
import { RequireSession, useSignedIn } from "../session.tsx";
import { menuOf, receivesTasks, type MenuGroup } from "./menu-items.ts";
import { MessageBell } from "./message-bell.tsx";
import { fallbackName, usePlatform } from "./platform.ts";
import { UserMenu } from "./user-menu.tsx";

const icons: Record<string, ReactNode> = {
  reviews: <TeamOutlined aria-hidden />,
  declare: <FormOutlined aria-hidden />,
  mine: <FormOutlined aria-hidden />,
  profile: <IdcardOutlined aria-hidden />,
  hours: <AuditOutlined aria-hidden />,
  import: <ImportOutlined aria-hidden />,
  queries: <SearchOutlined aria-hidden />,
  organization: <BankOutlined aria-hidden />,
  policies: <ReadOutlined aria-hidden />,
  workflow: <ApartmentOutlined aria-hidden />,
  audit: <SafetyCertificateOutlined aria-hidden />,
};

/** The frame of everything behind the login: header, menu by permission with the to-do count, the page. */
export function PageShell() {
  return (
    <RequireSession>
      <Frame />
    </RequireSession>
  );
}

function Frame() {
  const session = useSignedIn();
  const platform = usePlatform();
  const location = useLocation();
  const [drawer, setDrawer] = useState(false);
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        跳到主要内容
      </a>
      <header className="shell-head">
        <Button
          className="shell-menu-button"
          type="text"
          aria-label="打开菜单"
          icon={<MenuOutlined aria-hidden />}
          onClick={() => setDrawer(true)}
        />
        <Link to="/workspace" className="shell-name">
          {platform?.name ?? fallbackName}
        </Link>
        {platform?.demonstration === true && <span className="shell-demo">演示数据</span>}
        <MessageBell />
        <UserMenu />
      </header>
      <div className="shell-body">
        <nav className="shell-side" aria-label="功能菜单">
          <SideMenu key={session.roleKey} />
        </nav>
        <main id="main" className="shell-main" tabIndex={-1} key={location.pathname}>
          <Outlet />
        </main>
      </div>
      <Drawer open={drawer} placement="left" size={260} title="功能菜单" onClose={() => setDrawer(false)}>
        <SideMenu onNavigate={() => setDrawer(false)} />
      </Drawer>
    </div>
  );
}

function SideMenu({ onNavigate }: { onNavigate?: () => void }) {
  const session = useSignedIn();
  const location = useLocation();
  const groups = menuOf(session);
  const counts = useTaskCount(receivesTasks(session));
  const here = `${location.pathname}${location.search}`;
  return (
    <Menu
      mode="inline"
      inlineIndent={18}
      selectedKeys={selectedKeys(here, groups)}
      defaultOpenKeys={groups.map((group) => group.key)}
      onClick={() => onNavigate?.()}
      items={[
        { key: "/workspace", icon: <HomeOutlined aria-hidden />, label: <Link to="/workspace">工作台</Link> },
        ...(receivesTasks(session) ? [todoItem(counts)] : []),
        ...groups.map((group) => groupItem(group)),
      ]}
    />
  );
}

function todoItem(count: TaskCount | undefined) {
  const text = count === undefined ? "" : `${count.total}${count.totalIsExact ? "" : "+"}`;
  return {
    key: "/workspace/tasks",
    icon: <CheckSquareOutlined aria-hidden />,
    label: (
      <Link to="/workspace/tasks" className="menu-todo">
        待办事项
        {count !== undefined && count.total > 0 && (
          <Badge count={text} className="menu-badge" title={`${text} 项待办`} />
        )}
      </Link>
    ),
  };
}

function groupItem(group: MenuGroup) {
  const [first] = group.leaves;
  if (group.leaves.length === 1 && first !== undefined) {
    return { key: first.to, icon: icons[group.key], label: <Link to={first.to}>{first.title}</Link> };
  }
  return {
    key: group.key,
    icon: icons[group.key],
    label: group.title,
    children: group.leaves.map((leaf) => ({ key: leaf.to, label: <Link to={leaf.to}>{leaf.title}</Link> })),
  };
}

/** The leaf whose path and filters all hold here; the one with the most filters wins. */
function selectedKeys(here: string, groups: readonly MenuGroup[]): string[] {
  const address = new URL(here, "http://page");
  const keys = [
    "/workspace",
    "/workspace/tasks",
    ...groups.flatMap((group) => group.leaves.map((leaf) => leaf.to)),
  ];
  const fitting = keys.filter((key) => {
    const wanted = new URL(key, "http://page");
    if (wanted.pathname !== address.pathname) return false;
    return [...wanted.searchParams].every(([name, value]) => address.searchParams.get(name) === value);
  });
  return fitting.toSorted((left, right) => right.length - left.length).slice(0, 1);
}

interface TaskCount {
  total: number;
  totalIsExact: boolean;
}

function useTaskCount(enabled: boolean): TaskCount | undefined {
  return useQuery({
    queryKey: ["task-counts"],
    queryFn: () => callApi(countTasks, {}),
    enabled,
    refetchInterval: 60_000,
  }).data;
}
