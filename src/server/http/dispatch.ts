import { createHash } from "node:crypto";
import type Koa from "koa";
import { IdempotencyKeyModel } from "../../models/idempotency-key.ts";
import { witnessed } from "../../rules/engine-witness.ts";
import { AppError } from "../../shared/app-error.ts";
import type { App, CommandContext } from "../command-context.ts";
import { type Caller, makeContext, runCommand } from "../run-command.ts";
import type { BinaryResult } from "./binary-result.ts";
import type { Endpoint } from "./endpoint.ts";
import { type ParsedRequest, parseRequest } from "./parse-request.ts";
import { sendBinary } from "./send-binary.ts";
import { setSessionCookie } from "./session-cookie.ts";

const keptHours = 24;

/** One request of one endpoint: access, parse, run, answer. Errors go to the error handler. */
export async function dispatch(app: App, endpoint: Endpoint, koa: Koa.Context): Promise<void> {
  const caller = koa.state["caller"] as Caller;
  checkAccess(endpoint, caller, koa.state["tokenPresented"] === true);
  const parsed = await parseRequest(koa, endpoint.contract, app.env.CLAMAV_ADDRESS);
  try {
    const input = parsed.file === null ? parsed.input : { ...parsed.input, file: parsed.file };
    const run = (ctx: CommandContext) => endpoint.handle(ctx, input as never);
    await answer(app, endpoint, { koa, caller, run, parsed });
  } finally {
    await parsed.file?.discard();
  }
}

function checkAccess(endpoint: Endpoint, caller: Caller, tokenPresented: boolean): void {
  if (endpoint.contract.access === "public") return;
  if (caller.actor === null) throw new AppError(tokenPresented ? "session.expired" : "session.required");
  if (caller.actor.mustChangePassword && endpoint.contract.access !== "initial") {
    throw new AppError("password.change_required");
  }
}

interface Exchange {
  koa: Koa.Context;
  caller: Caller;
  run(ctx: CommandContext): Promise<unknown>;
  parsed: ParsedRequest;
}

async function answer(app: App, endpoint: Endpoint, exchange: Exchange): Promise<void> {
  const { koa, caller } = exchange;
  if (endpoint.kind === "query") {
    const ctx = makeContext(app, caller);
    // What is shown was decided by json-rules-engine, like what is stored (docs/decisions/0009).
    const work = async () => presentAfter(endpoint, ctx, await exchange.run(ctx));
    send(koa, endpoint, await witnessed(work));
    return;
  }
  const key = idempotencyKey(app, endpoint, exchange);
  const kept = key === null ? null : await keptAnswer(key);
  if (kept !== null) {
    koa.set("Idempotency-Replayed", "true");
    send(koa, endpoint, kept.body);
    return;
  }
  const { view, token } =
    endpoint.kind === "command"
      ? await inTransaction(app, endpoint, { ...exchange, key })
      : await inSteps(app, endpoint, { ...exchange, key });
  if (token !== undefined) setSessionCookie(app, koa, token);
  send(koa, endpoint, view);
}

type KeyedExchange = Exchange & { key: Key | null };

interface Outcome {
  view: unknown;
  token: string | null | undefined;
}

function inTransaction(app: App, endpoint: Endpoint, exchange: KeyedExchange): Promise<Outcome> {
  return runCommand(app, exchange.caller, async (ctx) => {
    const result = await exchange.run(ctx);
    const view = await presentAfter(endpoint, ctx, result);
    if (exchange.key !== null) await keepAnswer(ctx, exchange.key, view);
    return { view, token: endpoint.sessionToken?.(result as never) };
  });
}

/** An orchestration's own commands are safe to repeat; its kept answer only spares the second run. */
async function inSteps(app: App, endpoint: Endpoint, exchange: KeyedExchange): Promise<Outcome> {
  const ctx = makeContext(app, exchange.caller);
  const { result, view } = await witnessed(async () => {
    const done = await exchange.run(ctx);
    return { result: done, view: await presentAfter(endpoint, ctx, done) };
  });
  const { key } = exchange;
  if (key !== null) await runCommand(app, exchange.caller, (step) => keepAnswer(step, key, view));
  return { view, token: endpoint.sessionToken?.(result as never) };
}

async function presentAfter(endpoint: Endpoint, ctx: CommandContext, result: unknown): Promise<unknown> {
  const view = await endpoint.present(result as never, ctx);
  return endpoint.contract.binary === undefined ? endpoint.contract.response.parse(view) : view;
}

interface Key {
  id: string;
  requestHash: string;
}

function idempotencyKey(app: App, endpoint: Endpoint, exchange: Exchange): Key | null {
  const given = exchange.koa.get("idempotency-key");
  if (given === "" || !endpoint.keepAnswer) return null;
  if (given.length > 100) throw new AppError("request.malformed");
  const who = exchange.caller.actor?.accountId ?? exchange.caller.address;
  const content = JSON.stringify([exchange.parsed.input, exchange.parsed.file?.sha256 ?? null]);
  return {
    id: app.secrets.blindIndex(`${who}|${endpoint.contract.id}|${given}`),
    // Keyed too: request bodies hold ID numbers, whose plain hash could be tried out.
    requestHash: app.secrets.blindIndex(createHash("sha256").update(content).digest("hex")),
  };
}

async function keptAnswer(key: Key): Promise<{ body: unknown } | null> {
  const kept = await IdempotencyKeyModel.findById(key.id).lean();
  if (kept === null) return null;
  if (kept.requestHash !== key.requestHash) throw new AppError("request.idempotency_mismatch");
  return { body: kept.body };
}

async function keepAnswer(ctx: CommandContext, key: Key, view: unknown): Promise<void> {
  const expiresAt = new Date(ctx.clock.now().getTime() + keptHours * 3_600_000);
  await IdempotencyKeyModel.create([
    { _id: key.id, requestHash: key.requestHash, status: 200, body: view, expiresAt },
  ]);
}

function send(koa: Koa.Context, endpoint: Endpoint, view: unknown): void {
  koa.set("Cache-Control", "no-store");
  if (endpoint.contract.binary !== undefined) {
    sendBinary(koa, view as BinaryResult);
    return;
  }
  koa.status = 200;
  koa.body = view;
}
