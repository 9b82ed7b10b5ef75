import type { Findings } from "./finding.ts";
import type { LoadedPack, RulePacks } from "./load-packs.ts";
import type { Decision, Pack } from "./pack-schema.ts";
import { isInSet } from "./tables.ts";

/** The set that says which counties the province managed itself in a year (dictionaries §8). */
const provinceManaged = "province-managed";

/**
 * A local rule comes from someone who may make it (CNV-16): a city under the province, a county that the province
 * manages in the rule's first year, or a provincial department.
 */
export function checkAuthorities(packs: RulePacks, loaded: LoadedPack, findings: Findings): void {
  for (const [name, decision] of Object.entries(loaded.pack.decisions ?? {})) {
    const problem = authorityProblem(packs, loaded.pack, decision);
    if (problem !== null) findings.add("authority.code", `decisions/${name}/local/authority`, problem);
    if (decision.local !== undefined) checkName(packs, loaded, { name, findings });
  }
}

/** A declaration names its local rule by this name alone (CNV-16): of two of a name one would answer for the other. */
function checkName(
  packs: RulePacks,
  loaded: LoadedPack,
  { name, findings }: { name: string; findings: Findings },
): void {
  const other = packs.local.find(
    ({ ref, pack }) => ref.id !== loaded.ref.id && Object.hasOwn(pack.decisions ?? {}, name),
  );
  if (other !== undefined)
    findings.add("local.twice", `decisions/${name}`, `备案规则号“${name}”在规则包 ${other.ref.id} 中已有`);
}

function authorityProblem(packs: RulePacks, pack: Pack, decision: Decision): string | null {
  const { authority } = decision.local ?? {};
  if (authority === undefined) return null;
  const { code, name } = authority;
  const year = decision.from ?? pack.effective.from;
  const isAllowed: Readonly<Record<typeof authority.kind, () => boolean>> = {
    city: () => code === "419001" || (code.endsWith("00") && code !== "410000"),
    "province-department": () => code === "410000",
    "province-managed-county": () => isProvinceManaged(packs, pack, { code, year }),
  };
  return isAllowed[authority.kind]() ? null : `${name}（${code}）在 ${year} 年不能确认地方规则`;
}

function isProvinceManaged(packs: RulePacks, pack: Pack, query: { code: string; year: number }): boolean {
  return [pack, ...packs.local.map((one) => one.pack)].some((one) =>
    isInSet(one, { name: provinceManaged, ...query }),
  );
}
