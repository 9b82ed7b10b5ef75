import type { ClientSession, Model } from "mongoose";
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
    await model.insertMany([document], { lean: true });
    return;
  }
  const key = model as unknown as Model<never>;
  const waiting = ctx.pendingInserts.get(key) ?? [];
  ctx.pendingInserts.set(key, waiting);
  waiting.push(document);
}

/**
 * Writes what is pending; `run-command.ts` calls it as the last step of a transaction. The documents are whole and
 * typed by their models, so they go to the driver as they are: casting them would cost as much as writing them.
 */
export async function insertPending(ctx: CommandContext, session: ClientSession): Promise<void> {
  for (const [model, documents] of ctx.pendingInserts ?? []) {
    await model.collection.insertMany(documents, { session, ordered: true });
  }
  ctx.pendingInserts?.clear();
}
