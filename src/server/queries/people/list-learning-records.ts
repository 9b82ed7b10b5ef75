import { type CreditEntry, CreditEntryModel } from "../../../models/credit-entry.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listLearningRecords as contract } from "../../../shared/contracts/people.ts";
import type { CommandContext } from "../../command-context.ts";
import { loadVisiblePerson } from "./get-person.ts";

export interface LearningRecordsPage {
  rows: CreditEntry[];
  total: number;
  totalIsExact: boolean;
  page: number;
  pageSize: number;
}

const countLimit = 10_000;

/** 学习记录: the ledger of one person, newest year first (QRY-03). */
export async function listLearningRecords(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<LearningRecordsPage> {
  const person = await loadVisiblePerson(ctx, input.id);
  const filter = { personId: person._id, ...(input.year === undefined ? {} : { year: input.year }) };
  const rows = await CreditEntryModel.find(filter)
    .sort({ year: -1, creditedAt: -1 })
    .skip((input.page - 1) * input.pageSize)
    .limit(input.pageSize)
    .lean();
  const total = await CreditEntryModel.countDocuments(filter).limit(countLimit);
  return { rows, total, totalIsExact: total < countLimit, page: input.page, pageSize: input.pageSize };
}
