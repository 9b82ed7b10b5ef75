import { AccountModel } from "../../../models/account.ts";
import type { App } from "../../command-context.ts";
import { demonstrationPassword, demonstrationTiles } from "../../seeds/demonstration-people.ts";

export interface DemonstrationAccount {
  roleName: string;
  name: string;
  idNumber: string;
  password: string;
}

/** The accounts that the start page offers, one for each role tile, as far as they exist. */
export async function demonstrationAccounts(app: App): Promise<DemonstrationAccount[]> {
  const indexOf = new Map(
    demonstrationTiles.map((tile) => [app.secrets.blindIndex(tile.idNumber), tile] as const),
  );
  const found = await AccountModel.find(
    { idNumberIndex: { $in: [...indexOf.keys()] }, demonstration: true },
    { idNumberIndex: 1, name: 1 },
  ).lean();
  const names = new Map(found.map((account) => [account.idNumberIndex, account.name]));
  return [...indexOf].flatMap(([index, { roleName, idNumber }]) => {
    const name = names.get(index);
    return name === undefined ? [] : [{ roleName, name, idNumber, password: demonstrationPassword }];
  });
}
