import { type AuditVerification, verifyAuditChain } from "../server/queries/audit/verify-audit-chain.ts";
import "../models/all.ts";
import { askedForHelp, type CommandIo, readArguments } from "./io.ts";
import { openStored } from "./with-app.ts";

const help = `xueshi audit verify [--uri <mongodb://…>]

核验审计链：每条已封存记录的内容、顺序和链头。
Walks the whole audit chain: an edited, removed or cut-off event is reported with its number.
Without --uri: MONGODB_URI, else the embedded database in DATA_DIR (stop the server first, or pass its --uri).
Exit codes: 0 the chain holds, 1 it does not or there is no database to look at, 2 wrong call.
`;

export async function auditCommand(args: string[], io: CommandIo): Promise<number> {
  if (askedForHelp(args, io, help)) return 0;
  const given = readArguments(args, { uri: "text" }, { words: 1 });
  if (given?.words[0] !== "verify") {
    io.stderr.write(help);
    return 2;
  }
  const { database } = await openStored(given.values.uri);
  try {
    const result = await verifyAuditChain();
    io.stdout.write(report(result));
    return result.holds ? 0 : 1;
  } finally {
    await database.close();
  }
}

function report(result: AuditVerification): string {
  const counts = `sealed ${result.sealed}, not yet sealed ${result.unsealed}`;
  return result.holds
    ? `审计链完整 the audit chain holds: ${counts}\n`
    : `审计链被破坏 the audit chain is broken: ${result.problem} (${counts})\n`;
}
