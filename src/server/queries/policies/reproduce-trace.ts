import { type RulePacks, withPack } from "../../../rules/load-packs.ts";
import { replayTrace } from "../../../rules/replay-trace.ts";
import { RuleError } from "../../../rules/rule-error.ts";
import type { TraceStep } from "../../../rules/trace.ts";
import type { PackRegistry } from "../../pack-registry.ts";

export interface TracePack {
  id: string;
  version: string;
  /** null where only the version was kept */
  sha256: string | null;
}

export interface Reproduction {
  /** whether the same request to the same versions gives the same trace; null when it cannot be tried */
  reproduced: boolean | null;
  reproductionNote: string;
  pack: TracePack | null;
}

/** Computes a stored trace again with the pack versions that it names, whatever is in force today. */
export async function reproduceTrace(
  policies: PackRegistry,
  { trace, pack }: { trace: readonly TraceStep[]; pack: TracePack | null },
): Promise<Reproduction> {
  if (pack === null || trace.length === 0) return notTried(pack, "没有保存计算过程");
  const own = await policies.version(pack.id, pack.version, pack.sha256 ?? undefined);
  if (own === null) return notTried(pack, `规则包 ${pack.id} ${pack.version} 的原版本不在库中`);
  try {
    const packs = await packsOf(policies, trace);
    const { isSame } = replayTrace(withPack(packs, own), { trace, pack: own.ref });
    const reproductionNote = isSame ? "以原版本规则重新计算，结果一致" : "以原版本规则重新计算，结果不一致";
    return { reproduced: isSame, reproductionNote, pack: { ...own.ref } };
  } catch (error) {
    if (error instanceof RuleError) return notTried({ ...own.ref }, error.message);
    throw error;
  }
}

/** Today's packs with every pack that the trace names in the version that it names. */
async function packsOf(policies: PackRegistry, trace: readonly TraceStep[]): Promise<RulePacks> {
  let packs = policies.current;
  const used = new Map(trace.flatMap((step) => (step.kind === "rule" ? [[step.pack, step.version]] : [])));
  for (const [id, version] of used) {
    if (packs.refs.some((ref) => ref.id === id && ref.version === version)) continue;
    const loaded = await policies.version(id, version);
    if (loaded !== null) packs = withPack(packs, loaded);
  }
  return packs;
}

function notTried(pack: TracePack | null, reproductionNote: string): Reproduction {
  return { reproduced: null, reproductionNote, pack };
}
