import { type Doc, docOf, isDoc, isTruthy, toNumber } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import type { Session } from "../sessions/sessions.ts";
import { type Command, docList } from "./context.ts";

function numbered({ session, body, name }: Command): { session: Session; txnNumber: bigint } {
  if (session && body.has("txnNumber"))
    return { session, txnNumber: BigInt(toNumber(body.get("txnNumber"))) };
  throw new DatabaseError("InvalidOptions", `${name} needs a session ID and a transaction number`);
}

/** Puts a command that has a transaction number into its transaction, or beside its retry record. */
export function attachTransaction(command: Command): void {
  const { body, name, kind } = command;
  if (!body.has("txnNumber")) return;
  const { session, txnNumber } = numbered(command);
  const { sessions } = command.server;
  if (body.get("autocommit") !== false) {
    if (!kind.retryable)
      throw new DatabaseError(
        50768,
        `txnNumber without autocommit: false, and ${name} is no retryable write`,
      );
    // Until its turn comes, when the session's record says more.
    command.retry = { txnNumber, committed: false, statements: new Map() };
  } else if (!kind.transactional) {
    const message = `Cannot run '${name}' in a multi-document transaction.`;
    throw new DatabaseError("OperationNotSupportedInTransaction", message);
  } else if (isTruthy(body.get("startTransaction"))) {
    command.transaction = sessions.begin(session, txnNumber);
  } else if (kind.run !== commitTransaction && kind.run !== abortTransaction) {
    command.transaction = sessions.current(session, txnNumber);
  }
}

/** Runs a command; one that fails inside of a transaction ends it, as in MongoDB. */
export async function runCommand(command: Command): Promise<Doc> {
  const { session, server, kind, transaction, retry } = command;
  if (session && retry)
    return server.sessions.inTurn(session, () => {
      command.retry = server.sessions.retryable(session, retry.txnNumber);
      return kind.run(command);
    });
  if (!session || !transaction) return kind.run(command);
  // The session may have gone on to another transaction meanwhile.
  const abort = (): void => {
    if (session.operation === transaction) server.sessions.abort(session);
  };
  session.busy = true;
  try {
    // A retryable write before it that nobody waits for any more still has its record to write.
    await session.turn;
    const reply = await kind.run(command);
    if (reply.has("writeErrors")) abort();
    return reply;
  } catch (error) {
    abort();
    throw error;
  } finally {
    session.busy = false;
  }
}

/** `commitTransaction`. */
export async function commitTransaction(command: Command): Promise<Doc> {
  const { session, txnNumber } = numbered(command);
  await command.server.sessions.commit(session, txnNumber);
  return docOf({});
}

/** `abortTransaction`. */
export function abortTransaction(command: Command): Doc {
  const { session, txnNumber } = numbered(command);
  command.server.sessions.current(session, txnNumber);
  command.server.sessions.abort(session);
  return docOf({});
}

/** `endSessions`: ends each named session. */
export function endSessions(command: Command): Doc {
  for (const id of docList(command.body, command.name)) if (isDoc(id)) command.server.sessions.end(id);
  return docOf({});
}

export function killAllSessions(command: Command): Doc {
  command.server.sessions.abortAll();
  return docOf({});
}
