import { once } from "node:events";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { AssessedPosition } from "./assess-worker.ts";
import { type Finding, finding } from "./findings.ts";

/** What a thread of its own found out about a definition. */
export interface Assessment {
  readonly findings: readonly Finding[];
  /** Every position that can be reached; empty while there are errors. */
  readonly positions: readonly AssessedPosition[];
}

/** More people than this wait for their checks only when somebody means harm. */
const waitingMax = 8;
const defaultMs = 5_000;
const startMs = 30_000;
const heapMb = 256;

let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** Too many checks wait already. */
export class ChecksBusy extends Error {
  constructor() {
    super("too many definitions are being checked");
    this.name = "ChecksBusy";
  }
}

/**
 * Checks a definition as `checkDefinition` does, in a thread of its own that is ended after `limitMs`: whatever a
 * definition does to the parser or the engine, requests go on being answered. One at a time in each process. What
 * takes longer, or more memory, has the finding `too-slow`. Rejects with `ChecksBusy` when too many wait.
 */
export async function assessDefinition(xml: string, limitMs = defaultMs): Promise<Assessment> {
  if (waiting >= waitingMax) throw new ChecksBusy();
  waiting += 1;
  const turn = last.then(() => assess(xml, limitMs));
  last = turn.catch(() => undefined).then(() => (waiting -= 1));
  return turn;
}

async function assess(xml: string, limitMs: number): Promise<Assessment> {
  const worker = newWorker({
    workerData: xml,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  // What it dies of between two messages is seen as its exit.
  worker.on("error", () => undefined);
  try {
    const started = await nextMessage(worker, startMs);
    if (started === null) throw new Error("the thread that checks definitions does not start");
    const answer = await nextMessage(worker, limitMs);
    return (answer as Assessment | null) ?? { findings: [finding("too-slow", null)], positions: [] };
  } finally {
    await worker.terminate();
  }
}

/** The next message, or null when none comes in time or the thread ends before. */
async function nextMessage(worker: Worker, withinMs: number): Promise<unknown> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), withinMs);
  try {
    const message = once(worker, "message", { signal: abort.signal }).then(([data]: unknown[]) => data);
    const exit = once(worker, "exit", { signal: abort.signal }).then(() => null);
    exit.catch(() => undefined);
    return await Promise.race([message, exit]);
  } catch {
    // Aborted, or the thread's own error: either way there is no answer.
    return null;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

/** A build has a plain file; from source the thread must load the TypeScript loader first. */
function newWorker(options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith(".ts"))
    return new Worker(new URL("./assess-worker.js", import.meta.url), options);
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const source = JSON.stringify(new URL("./assess-worker.ts", import.meta.url).href);
  const bootstrap = `import(${loader}).then(({ register }) => { register(); return import(${source}); })`;
  return new Worker(bootstrap, { ...options, eval: true });
}
