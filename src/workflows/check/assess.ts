import { ThreadTask } from "../../shared/thread-task.ts";
import type { AssessedPosition } from "./assess-worker.ts";
import { type Finding, finding } from "./findings.ts";

/** What a thread of its own found out about a definition. */
export interface Assessment {
  readonly findings: readonly Finding[];
  /** Every position that can be reached; empty while there are errors. */
  readonly positions: readonly AssessedPosition[];
}

const defaultMs = 5_000;
const thread = new ThreadTask<string, Assessment>(
  new URL("./assess-worker.ts", import.meta.url),
  ({ findings }) => findings.length === 0,
);

/**
 * Checks a definition as `checkDefinition` does, in a thread of its own that is ended after `limitMs`: whatever a
 * definition does to the parser or the engine, requests go on being answered. One at a time in each process. What
 * takes longer, or more memory, has the finding `too-slow`. Rejects with `ThreadBusy` when too many wait.
 */
export async function assessDefinition(xml: string, limitMs = defaultMs): Promise<Assessment> {
  const answer = await thread.run(xml, limitMs);
  return answer ?? { findings: [finding("too-slow", null)], positions: [] };
}
