import {
  addAdministrator as addAdministratorContract,
  createRole as createRoleContract,
  listAdministrators as listAdministratorsContract,
  listRoles as listRolesContract,
} from "../../shared/contracts/administrators.ts";
import { addAdministrator } from "../commands/administrators/add-administrator.ts";
import { createRole } from "../commands/administrators/create-role.ts";
import { command, orchestration, query } from "../http/endpoint.ts";
import {
  presentAdministrator,
  presentAdministrators,
  presentRole,
  presentRoles,
} from "../presenters/administrator.ts";
import { listAdministrators } from "../queries/administrators/list-administrators.ts";
import { listRoles } from "../queries/administrators/list-roles.ts";

export const administratorRoutes = [
  command(createRoleContract, createRole, presentRole),
  query(listRolesContract, listRoles, presentRoles),
  orchestration(addAdministratorContract, addAdministrator, presentAdministrator),
  query(listAdministratorsContract, listAdministrators, presentAdministrators),
];
