import { ThreadTask } from "../shared/thread-task.ts";
import type { Finding } from "./finding.ts";
import { deepFreeze, type LoadedPack, loadedPack, type RulePacks } from "./load-packs.ts";
import type { Pack } from "./pack-schema.ts";

export interface PackAssessment {
  readonly findings: readonly Finding[];
  /** How many of the pack's own cases were run. */
  readonly cases: number;
  /** The pack, if it may be published. */
  readonly loaded: LoadedPack | null;
}

/** What the thread is given: the packs in force, and the text to check with them. */
export interface AssessOrder {
  readonly packs: readonly LoadedPack[];
  readonly text: string;
  readonly name: string;
}

export interface ThreadAnswer {
  readonly findings: readonly Finding[];
  readonly cases: number;
  readonly pack: Pack | null;
}

/** The shipped packs need a tenth of it at most. */
const defaultMs = 2_000;
const thread = new ThreadTask<AssessOrder, ThreadAnswer>(
  new URL("./assess-worker.ts", import.meta.url),
  ({ pack }) => pack !== null,
);

/**
 * Everything that publishing a pack asks for, in a thread of its own, so that requests go on being answered whatever
 * the text does: the pack's own check, and that json-rules-engine agrees with the run that answers requests. What is
 * not done within `limitMs` has the finding `pack.too_slow`. Rejects with `ThreadBusy` when too many wait.
 */
export async function assessPack(
  packs: RulePacks,
  { text, name }: { text: string; name: string },
  limitMs = defaultMs,
): Promise<PackAssessment> {
  const order: AssessOrder = { packs: [...Object.values(packs.of), ...packs.local], text, name };
  const answer = await thread.run(order, limitMs);
  if (answer === null) return { findings: [tooSlow(name)], cases: 0, loaded: null };
  const { findings, cases, pack } = answer;
  return { findings, cases, loaded: pack === null ? null : loadedPack(deepFreeze(pack), text) };
}

function tooSlow(name: string): Finding {
  const message = `规则包 ${name}：在规定的时间内没有完成校验，请简化后重试`;
  return { pack: name, place: "", code: "pack.too_slow", message };
}
