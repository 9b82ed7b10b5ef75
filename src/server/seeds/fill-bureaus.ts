import { regions } from "../../shared/dictionaries/regions.ts";
import type { Actor, App } from "../command-context.ts";
import { addBureau } from "../commands/organizations/create-bureau.ts";
import { actAs } from "./acting.ts";
import { type TileKey, tileOf } from "./demonstration-people.ts";
import { identityNumber } from "./synthetic.ts";

/** Bureaus that the demonstration signs in to; the others have administrators with initial passwords. */
const tiles: Readonly<Record<string, TileKey>> = {
  "410000": "province-bureau",
  "410100": "city-bureau",
  "410105": "county-bureau",
};

/** A heading of the code list, not a place: what is below it belongs to the province itself. */
const heading = "419000";

/** A bureau for the province, each city and each county-level division, top down, with real codes. Returns ids by region. */
export async function fillBureaus(
  app: App,
  operator: Actor,
  passwordHash: string,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  const places = regions.filter((region) => region.code !== heading);
  const order = { province: 0, city: 1, county: 2 };
  const sorted = places.toSorted((a, b) => order[a.level] - order[b.level]);
  for (let start = 0; start < sorted.length; start += atOnce) {
    await actAs(app, operator, async (ctx) => {
      for (const { code, name } of sorted.slice(start, start + atOnce)) {
        const tile = tiles[code];
        const form = { ...bureauForm(code, name), administrator: administratorFor(code, name, tile) };
        const { organization } = await addBureau(ctx, form, tile === undefined ? null : passwordHash);
        ids.set(code, organization._id);
      }
    });
  }
  return ids;
}
const atOnce = 20;

function bureauForm(code: string, name: string) {
  return {
    name: `${name}人力资源和社会保障${code === "410000" ? "厅" : "局"}（示例）`,
    regionCode: code,
    phone: `0371-6${code}`,
  };
}

function administratorFor(code: string, name: string, tile: TileKey | undefined) {
  const own = tile === undefined ? null : tileOf(tile);
  return {
    idNumber: own?.idNumber ?? identityNumber(code === "410000" ? "410105" : code, "1982-03-04", 801),
    name: own?.name ?? `${name}管理员（示例）`,
    phone: `139${code}00`,
    roles: [],
  };
}
