import { CreditEntryModel } from "../../../models/credit-entry.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import type { Person } from "../../../models/person.ts";
import type { PersonYear } from "../../../models/person-year.ts";
import { annualResultNames } from "../../../shared/contracts/people.ts";
import { chineseDate, isoDate } from "../../../shared/dates.ts";
import { nameOf } from "../../../shared/dictionaries/entry.ts";
import { sexes } from "../../../shared/dictionaries/people.ts";
import { titleLevels, titleSeries } from "../../../shared/dictionaries/titles.ts";
import type { CommandContext } from "../../command-context.ts";
import type { CertificateView, HolderView, IssueView, LearningRow } from "../../printing/certificate-view.ts";

/** What is printed, taken from the records once, at issue (CRT-06). */

const subjectNames = { public: "公需科目", professional: "专业科目" } as const;

/** 通过, or 通过（折算）: the words of the annual result. */
export function resultName(result: string): string {
  return annualResultNames[result as keyof typeof annualResultNames] ?? result;
}

export function holderOf(person: Person): HolderView {
  const level = nameOf(titleLevels, person.titleLevel);
  const detail =
    person.titleName ?? (person.titleSeries === null ? null : nameOf(titleSeries, person.titleSeries));
  return {
    name: person.name,
    sex: nameOf(sexes, person.sex),
    maskedIdNumber: person.maskedIdNumber,
    organizationName: person.organizationName,
    titleSeriesAndLevel: detail === null ? level : `${level}（${detail}）`,
  };
}

/** 发证机关 is the unit's 同级人社. Outside production everything printed is a sample, and says so. */
export async function issueOf(ctx: CommandContext, person: Person): Promise<IssueView & { issuer: string }> {
  const organization = await OrganizationModel.findById(person.organizationId, { bureauId: 1 }).lean();
  const bureau = await OrganizationModel.findById(organization?.bureauId ?? "", { name: 1 }).lean();
  const sample = isSample(ctx);
  const issuer = bureau?.name ?? `${ctx.app.env.PROVINCE_NAME}人力资源和社会保障厅`;
  return {
    issuer,
    supervisor: `${ctx.app.env.PROVINCE_NAME}人力资源和社会保障厅`,
    issuedOn: chineseDate(isoDate(ctx.clock.now())),
    seal: sample ? { text: "示例继续教育证书专用章", demo: true } : { text: issuer, demo: false },
  };
}

function isSample(ctx: CommandContext): boolean {
  return ctx.app.isDemonstration || ctx.app.env.NODE_ENV !== "production";
}

export function verificationUrl(ctx: CommandContext, number: string, code: string): string {
  const base = ctx.app.env.PUBLIC_URL ?? `http://localhost:${ctx.app.env.PORT}`;
  return `${base.replace(/\/$/, "")}/verify?number=${encodeURIComponent(number)}&code=${code}`;
}

/** The learning behind one year: ledger lines without those that were reversed. */
export async function learningRows(personId: string, year: number): Promise<LearningRow[]> {
  const entries = await CreditEntryModel.find({ personId, year }).sort({ creditedAt: 1 }).limit(500).lean();
  const reversed = new Set(entries.map((entry) => entry.reversedEntryId));
  return entries
    .filter((entry) => entry.hours > 0 && !reversed.has(entry._id))
    .map((entry) => ({
      title: entry.title,
      subject: subjectNames[entry.subject],
      provider: entry.provider ?? entry.sourceName,
      period: entry.period === null ? "—" : `${dotted(entry.period.from)}—${dotted(entry.period.to)}`,
      hours: entry.hours,
    }));
}

function dotted(iso: string): string {
  return iso.replaceAll("-", ".");
}

export interface Numbers {
  number: string;
  verifyCode: string;
}

/** Everything on a one-year certificate. */
export async function certificateView(
  ctx: CommandContext,
  subject: { person: Person; personYear: PersonYear },
  numbers: Numbers,
): Promise<CertificateView> {
  const { person, personYear } = subject;
  return {
    title: `${ctx.app.env.PROVINCE_NAME}专业技术人员继续教育证书`,
    ...holderOf(person),
    ...(await issueOf(ctx, person)),
    number: numbers.number,
    verifyCode: numbers.verifyCode,
    qrUrl: verificationUrl(ctx, numbers.number, numbers.verifyCode),
    year: personYear.year,
    publicHours: personYear.public,
    professionalHours: personYear.professional,
    totalHours: personYear.public + personYear.professional,
    result: resultName(personYear.result),
    rows: await learningRows(person._id, personYear.year),
  };
}
