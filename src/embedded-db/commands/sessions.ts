import { type Doc, docOf, isDoc, toNumber } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import type { Session } from "../sessions/sessions.ts";
import { type Command, docList } from "./context.ts";

function transactionOf(command: Command): { session: Session; txnNumber: bigint } {
  const { session, body } = command;
  const txnNumber = body.get("txnNumber");
  if (!session || txnNumber === undefined) {
    throw new DatabaseError("InvalidOptions", `${command.name} must be run within a transaction`);
  }
  return { session, txnNumber: BigInt(toNumber(txnNumber)) };
}

/** `commitTransaction`. */
export async function commitTransaction(command: Command): Promise<Doc> {
  const { session, txnNumber } = transactionOf(command);
  await command.server.sessions.commit(session, txnNumber);
  return docOf({});
}

/** `abortTransaction`. */
export function abortTransaction(command: Command): Doc {
  const { session, txnNumber } = transactionOf(command);
  command.server.sessions.current(session, txnNumber);
  command.server.sessions.abort(session);
  return docOf({});
}

/** `endSessions`, `killSessions`: ends each named session. */
export function endSessions(command: Command): Doc {
  for (const id of docList(command.body, command.name)) if (isDoc(id)) command.server.sessions.end(id);
  return docOf({});
}

export function killAllSessions(command: Command): Doc {
  command.server.sessions.abortAll();
  return docOf({});
}
