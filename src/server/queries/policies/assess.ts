import { assessPack, type PackAssessment } from "../../../rules/assess-pack.ts";
import type { Finding } from "../../../rules/finding.ts";
import type { LoadedPack, RulePacks } from "../../../rules/load-packs.ts";
import { AppError } from "../../../shared/app-error.ts";
import { ThreadBusy } from "../../../shared/thread-task.ts";

/**
 * Everything that publishing asks for: the check of the pack, and that it is the pack that it is filed as. Never throws
 * for a bad text; ends within two seconds, and other requests are answered meanwhile. `server.busy` (503) when too many
 * checks wait.
 */
export async function assess(packs: RulePacks, packId: string, text: string): Promise<PackAssessment> {
  const assessment = await assessed(packs, packId, text);
  const { loaded, cases } = assessment;
  if (loaded === null) return assessment;
  const identity = identityFindings(packs, packId, loaded);
  return identity.length === 0 ? assessment : { findings: identity, cases, loaded: null };
}

async function assessed(packs: RulePacks, packId: string, text: string): Promise<PackAssessment> {
  try {
    return await assessPack(packs, { text, name: packId });
  } catch (error) {
    if (error instanceof ThreadBusy) throw new AppError("server.busy");
    throw error;
  }
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
  const { loaded, findings } = await assess(packs, packId, text);
  if (loaded !== null) return loaded;
  const problems = findings.slice(0, 50).map(({ place, line, message }) => ({
    path: line === undefined ? place : `${place}（第${line}行）`,
    message,
  }));
  throw new AppError("policy.check_failed", { count: findings.length, problems });
}
