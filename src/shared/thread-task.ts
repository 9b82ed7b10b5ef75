import { once } from "node:events";
import { parentPort, Worker } from "node:worker_threads";

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

/** A thread that took an order last so long ago gives its memory back. */
const idleMs = 60_000;

/**
 * Work on what strangers send, in a thread beside this one that is ended after a limit of processor time: whatever the
 * work does, requests go on being answered, and a busy machine alone makes no work too much. One order at a time; the
 * thread sees nothing of the environment. Loading its code takes longer than most work, so a thread whose answer is
 * `kept` takes the next order too; any other ends with its order, and leaves nothing behind. Its code is an
 * `answerOrders`.
 */
export class ThreadTask<Order, Answer> {
  readonly #code: URL;
  readonly #isKept: (answer: Answer) => boolean;
  #idle: { worker: Worker; timer: NodeJS.Timeout } | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** `code` is the thread's TypeScript file, beside the caller's. `isKept` says after which answers it may go on. */
  constructor(code: URL, isKept: (answer: Answer) => boolean) {
    this.#code = code;
    this.#isKept = isKept;
  }

  /**
   * The thread's answer to `order`, or null when it takes more than `limitMs` of this process's time, six times as long
   * by the clock, or too much memory. The caller knows what its thread answers. Rejects with `ThreadBusy` when too many
   * wait.
   */
  async run(order: Order, limitMs: number): Promise<Answer | null> {
    if (this.#waiting >= waitingMax) throw new ThreadBusy();
    this.#waiting += 1;
    const turn = this.#last.then(() => this.#alone(order, limitMs));
    this.#last = turn.catch(() => undefined).then(() => (this.#waiting -= 1));
    return await turn;
  }

  /** Where a thread that others used before has no answer, their leavings may be why: a fresh one has the last word. */
  async #alone(order: Order, limitMs: number): Promise<Answer | null> {
    const used = this.#takeIdle();
    const answer = used === null ? null : await this.#ask(used, order, limitMs).catch(() => null);
    return answer ?? (await this.#ask(newThread(this.#code, { heapMb }), order, limitMs));
  }

  async #ask(worker: Worker, order: Order, limitMs: number): Promise<Answer | null> {
    let answer: Answer | null = null;
    try {
      worker.postMessage(order);
      const started = await nextMessage(worker, clockLimit(startMs));
      if (started === null) throw new Error(`the thread ${this.#code.pathname} does not start`);
      answer = (await nextMessage(worker, workLimit(limitMs))) as Answer | null;
    } finally {
      if (answer !== null && this.#isKept(answer)) this.#rest(worker);
      else await worker.terminate();
    }
    return answer;
  }

  #rest(worker: Worker): void {
    // Neither keeps the process from ending.
    worker.unref();
    const timer = setTimeout(() => void this.#takeIdle()?.terminate(), idleMs).unref();
    this.#idle = { worker, timer };
  }

  #takeIdle(): Worker | null {
    if (this.#idle === null) return null;
    const { worker, timer } = this.#idle;
    clearTimeout(timer);
    this.#idle = null;
    worker.ref();
    return worker;
  }
}

/**
 * A thread of this TypeScript file, with a heap of its own; it sees nothing of the environment, and none of our secrets.
 * A build has a plain file; from source the thread must load the TypeScript loader first. What it dies of between two
 * messages is seen as its exit; it must not end the process.
 */
export function newThread(
  { href }: URL,
  { heapMb: megabytes, data }: { heapMb: number; data?: unknown },
): Worker {
  const options = { workerData: data, env: {}, resourceLimits: { maxOldGenerationSizeMb: megabytes } };
  const worker = import.meta.url.endsWith(".ts")
    ? new Worker(bootstrapOf(href), { ...options, eval: true })
    : new Worker(new URL(href.replace(/\.ts$/, ".js")), options);
  return worker.on("error", () => undefined);
}

function bootstrapOf(href: string): string {
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  return `import(${loader}).then(({ register }) => { register(); return import(${JSON.stringify(href)}); })`;
}

/**
 * A thread's side: `prepare` readies an order, which does not count as work, and what it returns does the work. What
 * either throws is a defect of the thread, which its caller sees as no answer.
 */
export function answerOrders<Order>(prepare: (order: Order) => () => unknown): void {
  parentPort?.on("message", async (order: Order) => {
    const work = prepare(order);
    parentPort?.postMessage("started");
    parentPort?.postMessage(await work());
  });
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
