import type { DeregistrationCase, Person } from "../../../models/person.ts";
import { annualResultNames } from "../../../shared/contracts/people.ts";
import { chineseDate, isoDate, yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import type { TranscriptView, TranscriptYear, VerificationView } from "../../printing/certificate-view.ts";
import { type YearRow, yearsOf } from "../../queries/people/list-years.ts";
import { holderOf, issueOf, learningRows } from "./certificate-content.ts";

/** All that a transcript says of a person, without what makes it checkable. */
export type TranscriptContent = Omit<TranscriptView, keyof VerificationView>;

/**
 * Every year of a person with its requirement, sums and credited items, oldest first; of a closed record until the
 * year in which it was closed, with the reason (PER-12, PER-16, TRF-16).
 */
export async function transcriptContent(ctx: CommandContext, person: Person): Promise<TranscriptContent> {
  const { deregisteredAt } = person;
  const closed = person.status === "deregistered" && deregisteredAt !== null;
  const rows = await yearsOf(ctx, person, closed ? { to: yearOf(deregisteredAt) } : {});
  const years: TranscriptYear[] = [];
  for (const row of rows.toReversed()) years.push(await transcriptYear(person, row));
  return {
    title: `${ctx.app.env.PROVINCE_NAME}专业技术人员继续教育学习档案`,
    ...holderOf(person),
    ...(await issueOf(ctx, person)),
    years,
    remark: closed ? closedRemark(person.deregistrationCase, deregisteredAt) : openRemark,
  };
}

async function transcriptYear(person: Person, { year, hours, answer }: YearRow): Promise<TranscriptYear> {
  return {
    year,
    requiredHours: answer.required.total,
    publicHours: hours.public,
    professionalHours: hours.professional,
    totalHours: Math.round((hours.public + hours.professional) * 10) / 10,
    result: annualResultNames[answer.result],
    rows: await learningRows(person._id, year),
  };
}

const openRemark = "本档案为个人全部学习记录，含已通过审核的学时折算。";

const closings: Record<DeregistrationCase, string> = {
  retired: "因退休注销",
  deceased: "因去世注销",
  "left-province": `调出省外`,
};

function closedRemark(reason: DeregistrationCase | null, at: Date): string {
  const how = reason === null ? "注销" : closings[reason];
  return `本档案已于${chineseDate(isoDate(at))}${how}，为关闭前的全部学习记录，学时信息继续留存。`;
}
