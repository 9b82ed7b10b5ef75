import { type CreditEntry, CreditEntryModel } from "../../../models/credit-entry.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listLearningRecords as contract } from "../../../shared/contracts/people.ts";
import type { CommandContext } from "../../command-context.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";
import { loadReadablePerson, type YearSpan } from "./load-readable-person.ts";

/** 学习记录: the ledger of one person, newest year first (QRY-03); for a former unit that of its years (TRF-10). */
export async function listLearningRecords(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Page<CreditEntry>> {
  const { person, spans } = await loadReadablePerson(ctx, input.id);
  const years = input.year === undefined ? {} : { year: input.year };
  const filter = { personId: person._id, ...years, ...(spans === null ? {} : { $or: spans.map(within) }) };
  const { page, pageSize } = input;
  return readPage(CreditEntryModel, filter, { page, pageSize, sort: { year: -1, creditedAt: -1 } });
}

function within({ from, to }: YearSpan) {
  return { year: { $gte: from, $lte: to } };
}
