import type { SessionView } from "../../shared/contracts/accounts.ts";
import { type LoginRole, type Module, taskModules } from "../../shared/modules.ts";

/** One leaf of the side menu; the captions are those of the guide (NAV-01 – NAV-10). */
export interface MenuLeaf {
  to: string;
  title: string;
  /** shown only with this module (NAV-08) */
  module?: Module;
  /** not for this role, which has the module for something else */
  notFor?: LoginRole;
}

export interface MenuGroup {
  key: string;
  title: string;
  leaves: readonly MenuLeaf[];
}

const administratorMenu: readonly MenuGroup[] = [
  {
    key: "reviews",
    title: "审核账户",
    leaves: [
      {
        to: "/workspace/tasks?processKey=person-registration",
        title: "审核注册人员",
        module: "registrations:people",
      },
      {
        to: "/workspace/tasks?processKey=profile-change",
        title: "审核人员信息修改",
        module: "changes:people",
      },
      {
        to: "/workspace/tasks?processKey=organization-registration",
        title: "审核下级单位",
        module: "registrations:organizations",
      },
      { to: "/workspace/tasks?processKey=transfer", title: "人员调转", module: "transfers:manage" },
      {
        to: "/workspace/transfers/release",
        title: "人员调出",
        module: "transfers:manage",
        notFor: "bureau",
      },
      { to: "/workspace/applications?kind=transfer", title: "调转记录", module: "transfers:manage" },
      {
        to: "/workspace/tasks?processKey=organization-change",
        title: "审核机构信息修改",
        module: "changes:organizations",
      },
    ],
  },
  {
    key: "declare",
    title: "学时（分）申报",
    leaves: [
      { to: "/workspace/declare", title: "学时申报", module: "declarations:submit", notFor: "base" },
      { to: "/workspace/training-plans", title: "单位培训计划", module: "plans:manage" },
      { to: "/workspace/declarations", title: "单位申报记录", module: "declarations:records" },
    ],
  },
  {
    key: "hours",
    title: "学时（分）审核",
    leaves: [
      { to: "/workspace/tasks?processKey=declaration", title: "学时学分审批", module: "declarations:review" },
      {
        to: "/workspace/tasks?processKey=declaration&origin=base",
        title: "继教基地学时（分）审核",
        module: "declarations:review-base",
      },
    ],
  },
  {
    key: "import",
    title: "批量导入",
    leaves: [{ to: "/workspace/imports", title: "批量导入", module: "people:import" }],
  },
  {
    key: "queries",
    title: "查询统计",
    leaves: [
      { to: "/workspace/people", title: "专技人员信息查询", module: "people:query" },
      { to: "/workspace/certificates", title: "电子证书查询打印", module: "certificates:print" },
    ],
  },
  {
    key: "organization",
    title: "单位资料管理",
    leaves: [
      { to: "/workspace/organization", title: "本单位资料", module: "organization:edit" },
      { to: "/workspace/subordinates", title: "管理下级单位", module: "subordinates:manage" },
      { to: "/workspace/bureaus/new", title: "新增人社部门", module: "bureaus:create" },
    ],
  },
  {
    key: "policies",
    title: "政策规则",
    leaves: [{ to: "/workspace/policies", title: "政策规则管理", module: "policies:manage" }],
  },
  {
    key: "workflow",
    title: "流程",
    leaves: [
      { to: "/workspace/definitions", title: "流程定义管理", module: "workflow:design" },
      { to: "/workspace/instances", title: "流程实例查询", module: "workflow:inspect" },
    ],
  },
  {
    key: "audit",
    title: "审计",
    leaves: [{ to: "/workspace/audit", title: "审计记录", module: "audit:read" }],
  },
];

const professionalMenu: readonly MenuGroup[] = [
  {
    key: "mine",
    title: "继续教育",
    leaves: [
      { to: "/workspace/declare", title: "学时（分）申报" },
      { to: "/workspace/declarations", title: "申报进度查询" },
      { to: "/workspace/years", title: "年度完成情况" },
    ],
  },
  {
    key: "profile",
    title: "用户资料管理",
    leaves: [
      { to: "/workspace/profile", title: "基本信息修改" },
      { to: "/workspace/transfer", title: "单位调转" },
      { to: "/workspace/applications", title: "申请记录" },
    ],
  },
];

/** The groups that a session may see, without empty ones. */
export function menuOf(session: SessionView): MenuGroup[] {
  if (session.role === "professional") return [...professionalMenu];
  return administratorMenu
    .map((group) => ({
      ...group,
      leaves: group.leaves.filter(
        ({ module, notFor }) =>
          notFor !== session.role && (module === undefined || session.modules.includes(module)),
      ),
    }))
    .filter((group) => group.leaves.length > 0);
}

/** True for roles that receive tasks. */
export function receivesTasks(session: SessionView): boolean {
  return taskModules.some((module) => session.modules.includes(module));
}
