import type { Model } from "mongoose";
import { insertLean } from "../models/lean-writes.ts";
import type { CommandContext } from "./command-context.ts";

/**
 * Adds a document that nothing later in the command reads. In a transaction it is written just before the commit,
 * together with all others of its collection: a batch of 25 decisions writes its 25 audit events at once.
 */
export async function insertLater<Document extends object>(
  ctx: CommandContext,
  model: Model<Document>,
  document: Document,
): Promise<void> {
  if (ctx.pendingInserts === null) {
    await insertLean(model, [document]);
    return;
  }
  const key = model as unknown as Model<never>;
  const waiting = ctx.pendingInserts.get(key) ?? [];
  ctx.pendingInserts.set(key, waiting);
  waiting.push(document);
}

/** Writes what is pending; `run-command.ts` calls it as the last step of a transaction. */
export async function insertPending(ctx: CommandContext): Promise<void> {
  for (const [model, documents] of ctx.pendingInserts ?? []) await insertLean(model, documents as never[]);
  ctx.pendingInserts?.clear();
}
