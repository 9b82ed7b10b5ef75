/**
 * Permission modules (ROL-03): the leaf menus of an administrator. A role grants modules; the super-administrator
 * has all that the organization's kind has.
 */
export const modules = {
  "organization:edit": "单位资料管理",
  "departments:manage": "管理内设部门",
  "administrators:manage": "管理单位管理员",
  "subordinates:manage": "管理下级单位",
  "roles:manage": "角色管理",
  "registrations:people": "审核注册人员",
  "registrations:organizations": "审核下级单位",
  "changes:people": "审核人员信息修改",
  "changes:organizations": "审核机构信息修改",
  "transfers:manage": "人员调转",
  "declarations:submit": "学时（分）申报",
  "plans:manage": "单位培训计划",
  "declarations:records": "单位申报记录",
  "declarations:review": "学时学分审批",
  "declarations:review-base": "继教基地学时（分）审核",
  "people:import": "批量导入",
  "people:query": "专技人员信息查询",
  "people:reset-password": "重置密码",
  "people:reveal-identity": "查看完整证件号",
  "certificates:print": "电子证书查询打印",
  "records:export": "数据导出",
  "bureaus:create": "新增人社部门",
  "credits:import-history": "历史学时导入",
  "closures:execute": "执行单位注销/合并",
  "workflow:inspect": "流程实例查询",
  "workflow:design": "流程定义管理",
  "workflow:operate": "流程运维",
  "policies:manage": "政策规则管理",
  "audit:read": "审计记录",
} as const;

export type Module = keyof typeof modules;
export const moduleNames = Object.keys(modules) as Module[];

/** Modules that tasks ask for: who has one of them has a to-do list. */
export const taskModules: readonly Module[] = [
  "registrations:people",
  "registrations:organizations",
  "changes:people",
  "changes:organizations",
  "closures:execute",
  "transfers:manage",
  "declarations:submit",
  "plans:manage",
  "declarations:review",
  "declarations:review-base",
];

/** Login roles as the portal's tiles name them (GEN-04, GEN-05). */
export const loginRoles = {
  professional: "专业技术人员",
  employer: "用人单位",
  authority: "主管部门",
  bureau: "人社部门",
  base: "继续教育基地",
  operator: "后台运维人员",
  "policy-officer": "政策管理员",
  auditor: "审计员",
} as const;

export type LoginRole = keyof typeof loginRoles;
export const loginRoleNames = Object.keys(loginRoles) as [LoginRole, ...LoginRole[]];

const organizationModules: Module[] = [
  "organization:edit",
  "departments:manage",
  "administrators:manage",
  "subordinates:manage",
  "roles:manage",
  "registrations:people",
  "registrations:organizations",
  "changes:people",
  "changes:organizations",
  "transfers:manage",
  "declarations:submit",
  "plans:manage",
  "declarations:records",
  "declarations:review",
  "declarations:review-base",
  "people:import",
  "people:query",
  "people:reset-password",
  "people:reveal-identity",
  "certificates:print",
  "records:export",
  "workflow:inspect",
];

/**
 * A bureau has no people of its own; it reviews their registration where nobody below it can: a unit's only
 * administrator who registers himself, above all (AUD-10, FLW-10).
 */
const aboutOwnPeople: readonly Module[] = [
  "declarations:submit",
  "plans:manage",
  "declarations:records",
  "people:import",
];
const withoutOwnPeople = organizationModules.filter((name) => !aboutOwnPeople.includes(name));

/** What an organization of a kind can do at all; nobody may grant what the organization lacks (ROL-04). */
export const modulesOfRole: Record<LoginRole, readonly Module[]> = {
  professional: [],
  employer: organizationModules,
  authority: organizationModules,
  bureau: [...withoutOwnPeople, "bureaus:create", "credits:import-history"],
  base: [
    "organization:edit",
    "administrators:manage",
    "roles:manage",
    // A base confirms that another one is merged into it (DRG-09).
    "changes:organizations",
    "declarations:submit",
    "declarations:records",
    "records:export",
  ],
  operator: [
    "administrators:manage",
    "roles:manage",
    "bureaus:create",
    "closures:execute",
    "records:export",
    "workflow:inspect",
    "workflow:operate",
  ],
  "policy-officer": ["workflow:design", "policies:manage", "records:export", "workflow:inspect"],
  auditor: ["workflow:inspect", "records:export", "audit:read"],
};
