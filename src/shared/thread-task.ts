import { once } from "node:events";
import { Worker, type WorkerOptions } from "node:worker_threads";

/** More wait for their turn only when somebody means harm. */
const waitingMax = 8;
const startMs = 30_000;
/** On a busy machine a thread may wait this many times as long as it works before its time is up. */
const waitShare = 6;
const lookEveryMs = 100;
const heapMb = 256;

/** Too many tasks wait already. */
export class ThreadBusy extends Error {
  constructor() {
    super("too many tasks wait for the thread");
    this.name = "ThreadBusy";
  }
}

/**
 * Work on what strangers send, each time in a thread of its own that is ended after a limit of processor time: whatever
 * the work does, requests go on being answered, and a busy machine alone makes no work too much. One at a time; the thread sees nothing of the environment. Its code first posts
 * "started", so that loading it does not count, and then one answer.
 */
export class ThreadTask {
  readonly #code: URL;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** `code` is the thread's TypeScript file, beside the caller's. */
  constructor(code: URL) {
    this.#code = code;
  }

  /**
   * The thread's answer to `data`, or null when it takes more than `limitMs` of this process's time, six times as long
   * by the clock, or too much memory. The caller knows what its thread answers. Rejects with `ThreadBusy` when too many
   * wait.
   */
  async run<Answer>(data: unknown, limitMs: number): Promise<Answer | null> {
    if (this.#waiting >= waitingMax) throw new ThreadBusy();
    this.#waiting += 1;
    const turn = this.#last.then(() => this.#alone(data, limitMs));
    this.#last = turn.catch(() => undefined).then(() => (this.#waiting -= 1));
    return (await turn) as Answer | null;
  }

  async #alone(data: unknown, limitMs: number): Promise<unknown> {
    const worker = this.#newWorker({
      workerData: data,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    // What it dies of between two messages is seen as its exit.
    worker.on("error", () => undefined);
    try {
      const started = await nextMessage(worker, clockLimit(startMs));
      if (started === null) throw new Error(`the thread ${this.#code.pathname} does not start`);
      return await nextMessage(worker, workLimit(limitMs));
    } finally {
      await worker.terminate();
    }
  }

  /** A build has a plain file; from source the thread must load the TypeScript loader first. */
  #newWorker(options: WorkerOptions): Worker {
    const { href } = this.#code;
    if (!import.meta.url.endsWith(".ts")) return new Worker(new URL(href.replace(/\.ts$/, ".js")), options);
    const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
    const bootstrap = `import(${loader}).then(({ register }) => { register(); return import(${JSON.stringify(href)}); })`;
    return new Worker(bootstrap, { ...options, eval: true });
  }
}

function clockLimit(ms: number): () => boolean {
  const started = performance.now();
  return () => performance.now() - started >= ms;
}

/** Nothing tells a thread's own time on Node 20; the process's is never less, so the limit is never passed unseen. */
function workLimit(ms: number): () => boolean {
  const [isLong, isTooLong] = [clockLimit(ms), clockLimit(ms * waitShare)];
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return isTooLong() || (isLong() && (user + system) / 1000 >= ms);
  };
}

/** The next message, or null when none comes before `isOver` or the thread's end. */
async function nextMessage(worker: Worker, isOver: () => boolean): Promise<unknown> {
  if (isOver()) return null;
  const abort = new AbortController();
  const timer = setInterval(() => {
    if (isOver()) abort.abort();
  }, lookEveryMs);
  try {
    const message = once(worker, "message", { signal: abort.signal }).then(([data]: unknown[]) => data);
    const exit = once(worker, "exit", { signal: abort.signal }).then(() => null);
    exit.catch(() => undefined);
    return await Promise.race([message, exit]);
  } catch {
    // Aborted, or the thread's own error: either way there is no answer.
    return null;
  } finally {
    clearInterval(timer);
    abort.abort();
  }
}
