import * as contracts from "../../shared/contracts/administrators.ts";
import { addAdministrator } from "../commands/administrators/add-administrator.ts";
import { appointSuperAdministrator } from "../commands/administrators/appoint-super-administrator.ts";
import { changeRole } from "../commands/administrators/change-role.ts";
import { createRole } from "../commands/administrators/create-role.ts";
import { deleteAdministrator } from "../commands/administrators/delete-administrator.ts";
import { deleteRole } from "../commands/administrators/delete-role.ts";
import { resetAdministratorPassword } from "../commands/administrators/reset-administrator-password.ts";
import { setAdministratorRoles } from "../commands/administrators/set-administrator-roles.ts";
import { setAdministratorStatus } from "../commands/administrators/set-administrator-status.ts";
import { transferSuperAdministrator } from "../commands/administrators/transfer-super-administrator.ts";
import { command, orchestration, query } from "../http/endpoint.ts";
import {
  presentAdministrator,
  presentAdministratorDetails,
  presentAdministrators,
  presentRole,
  presentRoles,
} from "../presenters/administrator.ts";
import { getAdministrator, listAdministrators } from "../queries/administrators/list-administrators.ts";
import { listRoles } from "../queries/administrators/list-roles.ts";

/** Administrators and roles. Whatever hashes a password opens its transaction itself. */
export const administratorRoutes = [
  query(contracts.listRoles, listRoles, presentRoles),
  command(contracts.createRole, createRole, presentRole),
  command(contracts.changeRole, changeRole, presentRole),
  command(contracts.deleteRole, deleteRole),
  query(contracts.listAdministrators, listAdministrators, presentAdministrators),
  query(contracts.getAdministrator, getAdministrator, presentAdministratorDetails),
  orchestration(contracts.addAdministrator, addAdministrator, presentAdministrator),
  command(contracts.setAdministratorStatus, setAdministratorStatus, presentAdministrator),
  command(contracts.setAdministratorRoles, setAdministratorRoles, presentAdministrator),
  command(contracts.deleteAdministrator, deleteAdministrator),
  command(contracts.resetAdministratorPassword, resetAdministratorPassword, undefined, { keepAnswer: false }),
  orchestration(contracts.transferSuperAdministrator, transferSuperAdministrator, presentAdministrator),
  orchestration(contracts.appointSuperAdministrator, appointSuperAdministrator, presentAdministrator),
];
