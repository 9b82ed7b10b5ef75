import type { Department } from "../../models/department.ts";
import type {
  addDepartment,
  listDepartmentOptions,
  listDepartments,
} from "../../shared/contracts/departments.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type { DepartmentRow } from "../queries/departments/list-departments.ts";

export function presentDepartment(department: Department): ResponseOf<typeof addDepartment> {
  const { _id: id, name, parentId, order, status, available } = department;
  return { id, name, parentId, order, status, available };
}

export function presentDepartments(rows: readonly DepartmentRow[]): ResponseOf<typeof listDepartments> {
  return {
    rows: rows.map(({ department, personCount }) => ({ ...presentDepartment(department), personCount })),
  };
}

export function presentDepartmentOptions(
  departments: readonly Department[],
): ResponseOf<typeof listDepartmentOptions> {
  return { rows: departments.map(({ _id: id, name, parentId }) => ({ id, name, parentId })) };
}
