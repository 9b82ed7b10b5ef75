import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { done, id, idParams, text } from "./fields.ts";

/** Internal departments of one's own organization (DEP-01 – DEP-08). */

/** Levels of a tree of departments (DEP-07). */
export const deepestDepartment = 8;
/** Departments of one organization: lists give all of them. */
export const mostDepartments = 2000;

const departmentView = z.object({
  id: z.string(),
  name: z.string(),
  parentId: z.string().nullable(),
  order: z.number(),
  status: z.enum(["active", "disabled"]),
  /** whether it can be chosen: it and all above it are active */
  available: z.boolean(),
});

const order = z.number().int().min(0).max(100_000);

export const listDepartments = defineEndpoint({
  id: "listDepartments",
  method: "GET",
  path: "/organizations/:id/departments",
  summary: "内设部门（本单位及下级单位）",
  access: "session",
  params: idParams,
  response: z.object({ rows: z.array(departmentView.extend({ personCount: z.number() })) }),
  errors: ["organization.not_found"],
});

export const listDepartmentOptions = defineEndpoint({
  id: "listDepartmentOptions",
  method: "GET",
  path: "/organizations/:id/department-options",
  summary: "可选择的所属工作部门",
  access: "public",
  params: idParams,
  response: z.object({
    rows: z.array(z.object({ id: z.string(), name: z.string(), parentId: z.string().nullable() })),
  }),
  errors: ["organization.not_found", "request.too_many"],
});

export const addDepartment = defineEndpoint({
  id: "addDepartment",
  method: "POST",
  path: "/departments",
  summary: "新增内设部门（可在其他部门之下）",
  access: "session",
  body: z.strictObject({ name: text(50), parentId: id.optional(), order: order.optional() }),
  response: departmentView,
  errors: [
    "permission.denied",
    "department.not_found",
    "department.exists",
    "department.too_deep",
    "department.too_many",
    "request.idempotency_mismatch",
  ],
});

export const changeDepartment = defineEndpoint({
  id: "changeDepartment",
  method: "PUT",
  path: "/departments/:id",
  summary: "修改内设部门：名称、上级部门、排序",
  access: "session",
  params: idParams,
  body: z.strictObject({
    name: text(50).optional(),
    /** null: to the top */
    parentId: id.nullable().optional(),
    order: order.optional(),
  }),
  response: departmentView,
  errors: [
    "permission.denied",
    "department.not_found",
    "department.exists",
    "department.in_cycle",
    "department.too_deep",
    "request.conflict",
  ],
});

export const setDepartmentStatus = defineEndpoint({
  id: "setDepartmentStatus",
  method: "PUT",
  path: "/departments/:id/status",
  summary: "禁用/启用内设部门",
  access: "session",
  params: idParams,
  body: z.strictObject({ status: z.enum(["active", "disabled"]) }),
  response: departmentView,
  errors: ["permission.denied", "department.not_found", "request.conflict"],
});

export const deleteDepartment = defineEndpoint({
  id: "deleteDepartment",
  method: "DELETE",
  path: "/departments/:id",
  summary: "删除未使用的内设部门",
  access: "session",
  params: idParams,
  response: done,
  errors: ["permission.denied", "department.not_found", "department.in_use", "request.conflict"],
});
