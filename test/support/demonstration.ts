import { demonstrationAccounts } from "../../src/server/queries/platform/demonstration-accounts.ts";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { type LoginRole, loginRoles } from "../../src/shared/modules.ts";
import type { TestServer } from "./server.ts";

/** Signs in one of the demonstration accounts, by the name of its role. */
export async function demonstrationClient(server: TestServer, roleName: string): Promise<ApiClient> {
  const account = (await demonstrationAccounts(server.app)).find((entry) =>
    entry.roleName.startsWith(roleName),
  );
  const role = Object.entries(loginRoles).find(([, name]) => roleName.startsWith(name))?.[0] as
    | LoginRole
    | undefined;
  if (account === undefined || role === undefined)
    throw new Error(`no demonstration account for ${roleName}`);
  return server.client().logIn(role, account.idNumber, account.password);
}
