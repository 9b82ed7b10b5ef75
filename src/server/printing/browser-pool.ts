import type { Page } from "puppeteer-core";
import { type LaunchedBrowser, type LaunchOptions, launchBrowser } from "./launch-browser.ts";
import { PrintingError } from "./printing-error.ts";

export interface BrowserPoolOptions extends LaunchOptions {
  /** Pages that work at the same time; two keep two cores busy. */
  pages?: number;
  /** Uses after which the browser is replaced: long-lived browsers grow. */
  recycleAfter?: number;
  /** How long one use of a page may take before the browser is killed and replaced. */
  timeoutMs?: number;
}

/** One running browser with its idle pages. A retired one takes no new work and ends with its last use. */
interface Session {
  launched: LaunchedBrowser;
  idle: Page[];
  uses: number;
  active: number;
  retired: boolean;
}

const defaultPages = 2;
const defaultRecycleAfter = 1000;
const defaultTimeoutMs = 60_000;

/**
 * One browser and a few reused pages for everybody who prints. The browser starts with the first use, is
 * replaced after `recycleAfter` uses, after a crash and after a time-out; work that a crash interrupted is
 * done once more. Pages have JavaScript off.
 */
export class BrowserPool {
  readonly #options: BrowserPoolOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #ending = new Set<Promise<void>>();
  #free: number;
  #session: Promise<Session> | undefined;
  #closed = false;

  constructor(options: BrowserPoolOptions = {}) {
    this.#options = options;
    this.#free = options.pages ?? defaultPages;
  }

  /**
   * Runs `work` with a page of its own, waiting while all are busy. `work` must be repeatable: it is run
   * again, once, when the browser died under it. Errors: its own, `printing.timeout`, `printing.closed`,
   * `printing.browser_*`.
   */
  async withPage<T>(work: (page: Page) => Promise<T>): Promise<T> {
    await this.#acquire();
    try {
      const first = await this.#attempt(work);
      if (first.done) return first.value;
      const second = await this.#attempt(work);
      if (second.done) return second.value;
      throw new PrintingError("printing.browser_failed", "打印用的浏览器异常退出，请稍后重试", second.cause);
    } finally {
      this.#release();
    }
  }

  /** The process id of the running browser, for operators and tests; undefined while none runs. */
  async processId(): Promise<number | undefined> {
    const session = await this.#session?.catch(() => undefined);
    return session?.launched.browser.process()?.pid;
  }

  /** Ends the browser and refuses further work (`printing.closed`). May be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    const session = await this.#session?.catch(() => undefined);
    if (session !== undefined) this.#end(session);
    await Promise.all(this.#ending);
  }

  async #attempt<T>(
    work: (page: Page) => Promise<T>,
  ): Promise<{ done: true; value: T } | { done: false; cause: unknown }> {
    const session = await this.#currentSession();
    session.active += 1;
    session.uses += 1;
    if (session.uses >= (this.#options.recycleAfter ?? defaultRecycleAfter)) this.#retire(session);
    try {
      return { done: true, value: await this.#use(session, work) };
    } catch (error) {
      if (session.launched.browser.connected || error instanceof PrintingError || this.#closed) throw error;
      return { done: false, cause: error };
    } finally {
      session.active -= 1;
      if (session.retired && session.active === 0) this.#end(session);
    }
  }

  async #use<T>(session: Session, work: (page: Page) => Promise<T>): Promise<T> {
    const page = session.idle.pop() ?? (await newPage(session));
    try {
      const value = await this.#inTime(session, work(page));
      session.idle.push(page);
      return value;
    } catch (error) {
      await page.close().catch(() => undefined);
      throw error;
    }
  }

  async #inTime<T>(session: Session, running: Promise<T>): Promise<T> {
    const limitMs = this.#options.timeoutMs ?? defaultTimeoutMs;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#retire(session);
        // A page that hangs cannot be trusted to close in good order.
        session.launched.browser.process()?.kill("SIGKILL");
        reject(new PrintingError("printing.timeout", `打印超过 ${limitMs / 1000} 秒，已中止，请稍后重试`));
      }, limitMs);
    });
    try {
      return await Promise.race([running, late]);
    } finally {
      clearTimeout(timer);
      running.catch(() => undefined);
    }
  }

  async #currentSession(): Promise<Session> {
    if (this.#closed) throw new PrintingError("printing.closed", "打印服务已关闭");
    this.#session ??= this.#start();
    return this.#session;
  }

  async #start(): Promise<Session> {
    try {
      const launched = await launchBrowser(this.#options);
      const session: Session = { launched, idle: [], uses: 0, active: 0, retired: false };
      launched.browser.once("disconnected", () => {
        this.#retire(session);
        if (session.active === 0) this.#end(session);
      });
      return session;
    } catch (error) {
      this.#session = undefined;
      throw error;
    }
  }

  /** The session takes no more work; whoever asks next gets a new browser. */
  #retire(session: Session): void {
    if (session.retired) return;
    session.retired = true;
    this.#session = undefined;
  }

  #end(session: Session): void {
    this.#retire(session);
    const ending = session.launched.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  async #acquire(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

async function newPage(session: Session): Promise<Page> {
  const page = await session.launched.browser.newPage();
  await page.setJavaScriptEnabled(false);
  return page;
}
