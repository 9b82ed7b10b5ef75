import * as contracts from "../../shared/contracts/departments.ts";
import { addDepartment } from "../commands/departments/add-department.ts";
import { changeDepartment } from "../commands/departments/change-department.ts";
import { deleteDepartment } from "../commands/departments/delete-department.ts";
import { setDepartmentStatus } from "../commands/departments/set-department-status.ts";
import { command, query } from "../http/endpoint.ts";
import { presentDepartment, presentDepartmentOptions, presentDepartments } from "../presenters/department.ts";
import { listDepartmentOptions } from "../queries/departments/list-department-options.ts";
import { listDepartments } from "../queries/departments/list-departments.ts";

/** Internal departments. */
export const departmentRoutes = [
  query(contracts.listDepartments, listDepartments, presentDepartments),
  query(contracts.listDepartmentOptions, listDepartmentOptions, presentDepartmentOptions),
  command(contracts.addDepartment, addDepartment, presentDepartment),
  command(contracts.changeDepartment, changeDepartment, presentDepartment),
  command(contracts.setDepartmentStatus, setDepartmentStatus, presentDepartment),
  command(contracts.deleteDepartment, deleteDepartment),
];
