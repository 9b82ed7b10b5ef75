import type { ApiClient } from "../../shared/api-client.ts";
import { changePassword } from "../../shared/contracts/accounts.ts";
import { createBureau } from "../../shared/contracts/organizations.ts";
import { regions } from "../../shared/dictionaries/regions.ts";
import { demoPassword, type Journey } from "./journey.ts";
import type { Login, Unit } from "./world.ts";

/** The bureaus of the province: 省厅, 18 cities, their county-level divisions, with real codes. */
export interface Bureaus {
  province: Unit;
  city: Unit;
  byRegion: Map<string, string>;
}

/** Signs the operator in with the one-time password of the first start, and builds the bureaus from the top. */
export async function buildProvince(journey: Journey, operator: Login): Promise<Bureaus> {
  const operatorClient = await signInFirst(journey, operator);
  const byRegion = new Map<string, string>();
  const province = await addBureau(journey, operatorClient, {
    code: "410000",
    name: "河南省人力资源和社会保障厅（示例）",
  });
  byRegion.set("410000", province.unit.id);
  const provinceAdmin = await journey.client().logIn("bureau", province.login.idNumber, demoPassword);
  let city: Unit | null = null;
  for (const region of regions.filter((entry) => entry.level === "city")) {
    const added = await addBureau(journey, provinceAdmin, {
      code: region.code,
      name: `${region.name}人力资源和社会保障局（示例）`,
    });
    byRegion.set(region.code, added.unit.id);
    if (region.code === "410100") {
      city = {
        ...added.unit,
        admin: await journey.client().logIn("bureau", added.login.idNumber, demoPassword),
      };
    }
  }
  for (const region of regions.filter((entry) => entry.level === "county")) {
    const added = await addBureau(journey, provinceAdmin, {
      code: region.code,
      name: `${region.name}人力资源和社会保障局（示例）`,
    });
    byRegion.set(region.code, added.unit.id);
  }
  journey.expect("bureaus", byRegion.size, 200);
  if (city === null) throw new Error("no bureau of 郑州市");
  return { province: { ...province.unit, admin: provinceAdmin }, city, byRegion };
}

/** The one-time password works once, and only to set another. */
async function signInFirst(journey: Journey, operator: Login): Promise<ApiClient> {
  const client = await journey.client().logIn("operator", operator.idNumber, operator.password);
  const refused = await client.call(createBureau, bureauForm(journey, { code: "410000", name: "示例" }).form);
  journey.expect("before the password is changed", refused.body.error?.code, "password.change_required");
  await client.ok(changePassword, { oldPassword: operator.password, newPassword: demoPassword });
  return client;
}

function bureauForm(journey: Journey, about: { code: string; name: string }) {
  const idNumber = journey.idNumber(about.code === "410000" ? "410105" : about.code);
  // Only the bureaus that the journey visits get a password; the others start with the initial one.
  const visited = about.code === "410000" || about.code === "410100";
  return {
    idNumber,
    form: {
      name: about.name,
      regionCode: about.code,
      phone: "0371-60000000",
      administrator: {
        idNumber,
        name: "示例管理员",
        phone: journey.phone(),
        roles:
          about.code === "410000" ? (["policy-officer", "auditor"] as ("policy-officer" | "auditor")[]) : [],
        ...(visited ? { password: demoPassword } : {}),
      },
    },
  };
}

async function addBureau(journey: Journey, actor: ApiClient, about: { code: string; name: string }) {
  const { idNumber, form } = bureauForm(journey, about);
  const created = await actor.ok(createBureau, form);
  return {
    unit: { id: created.id, name: created.name, admin: actor },
    login: { idNumber, password: demoPassword },
  };
}
