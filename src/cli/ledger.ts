import { rebuildLedger } from "../server/commands/credits/rebuild-ledger.ts";
import { askedForHelp, type CommandIo, readArguments } from "./io.ts";
import { withApp } from "./with-app.ts";

const help = `xueshi ledger rebuild [--check] [--uri <mongodb://…>]

由学时台账和已批准的折算减免重新计算每人每年的合计和年度结果，并与已存的记录比较；不一致的予以改正。
Computes every person-year anew from the credit entries and approved absences, compares it with the stored row, and repairs what differs.
--check reports differences and changes nothing.
Without --uri: MONGODB_URI, else the embedded database in DATA_DIR (stop the server first, or pass its --uri).
Exit codes: 0 every year follows from the ledger (or was repaired), 1 differences remain or there is no database, 2 wrong call.
`;

/** `xueshi ledger rebuild [--check]`. */
export async function ledgerCommand(args: string[], io: CommandIo): Promise<number> {
  if (askedForHelp(args, io, help)) return 0;
  const given = readArguments(args, { uri: "text", check: "flag" }, { words: 1 });
  if (given?.words[0] !== "rebuild") {
    io.stderr.write(help);
    return 2;
  }
  const repair = given.values.check !== true;
  return withApp(given.values.uri, async (app) => {
    const { years, differences, repaired } = await rebuildLedger(app, {
      repair,
      report: (found) =>
        io.stdout.write(`${found.personYearId} ${found.difference}${found.repaired ? "（已改正）" : ""}\n`),
    });
    io.stdout.write(`核对 ${years} 个年度，不一致 ${differences}，已改正 ${repaired}\n`);
    return differences === repaired ? 0 : 1;
  });
}
