import { checkPack } from "../../../rules/check-pack.ts";
import { checkWithEngine } from "../../../rules/check-with-engine.ts";
import type { Finding } from "../../../rules/finding.ts";
import type { LoadedPack, RulePacks } from "../../../rules/load-packs.ts";
import { AppError } from "../../../shared/app-error.ts";

export interface PackAssessment {
  findings: readonly Finding[];
  cases: number;
  /** the pack, if it may be published */
  loaded: LoadedPack | null;
}

/**
 * Everything that publishing asks for: the pack's own check, that it is the pack it is filed as, and that
 * json-rules-engine agrees with the run that answers requests. Never throws for a bad text; ends within two seconds.
 */
export async function assessPack(packs: RulePacks, packId: string, text: string): Promise<PackAssessment> {
  const { findings, cases, loaded } = checkPack(packs, text, packId);
  if (loaded === null) return { findings, cases, loaded };
  const identity = identityFindings(packs, packId, loaded);
  const all = identity.length > 0 ? identity : await checkWithEngine(loaded);
  return { findings: all, cases, loaded: all.length === 0 ? loaded : null };
}

/** Each kind but the local rules has one pack: another id, or another kind under a known id, would break the set. */
function identityFindings(packs: RulePacks, packId: string, { ref, pack }: LoadedPack): Finding[] {
  const finding = (place: string, message: string): Finding[] => [
    { pack: packId, place, code: "pack.identity", message },
  ];
  if (ref.id !== packId) return finding("id", `规则包的 id 是“${ref.id}”，应为“${packId}”`);
  const namesake = [...Object.values(packs.of), ...packs.local].find((one) => one.ref.id === packId);
  if (namesake !== undefined && namesake.pack.kind !== pack.kind)
    return finding("kind", `规则包“${packId}”的种类应为 ${namesake.pack.kind}`);
  if (namesake === undefined && pack.kind !== "local-rules")
    return finding("kind", `种类 ${pack.kind} 已有规则包，新的规则包只能是 local-rules`);
  return [];
}

/** The pack that passes all checks; `policy.check_failed` (409) with place and reason of each fault otherwise. */
export async function requireSound(packs: RulePacks, packId: string, text: string): Promise<LoadedPack> {
  const { loaded, findings } = await assessPack(packs, packId, text);
  if (loaded !== null) return loaded;
  const problems = findings.slice(0, 50).map(({ place, line, message }) => ({
    path: line === undefined ? place : `${place}（第${line}行）`,
    message,
  }));
  throw new AppError("policy.check_failed", { count: findings.length, problems });
}
