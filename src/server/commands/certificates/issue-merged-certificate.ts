import { type Certificate, CertificateModel } from "../../../models/certificate.ts";
import type { Person } from "../../../models/person.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import { isPassed } from "../../../rules/determine-year.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { issueMergedCertificate as contract } from "../../../shared/contracts/certificates.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import type { MergedCertificateView } from "../../printing/certificate-view.ts";
import { holderOf, type Numbers, issueOf, resultName, verificationUrl } from "./certificate-content.ts";
import { issueEdition } from "./issue-edition.ts";
import { loadHolder } from "./load-holder.ts";
import { missingText } from "./missing-text.ts";

/**
 * One certificate over a range of years, each of which must have passed (CRT-04); otherwise the refusal names each
 * blocking year and what it lacks (CRT-05). The valid one of the same range is returned again.
 */
export async function issueMergedCertificate(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Certificate> {
  const person = await loadHolder(ctx, input.id);
  const personYears = await passedYears(ctx, person, input);
  return issueEdition(ctx, person, {
    kind: "merged",
    prefix: "ZH",
    personYears,
    view: (numbers) => mergedView(ctx, { person, personYears }, numbers),
  });
}

async function passedYears(
  ctx: CommandContext,
  person: Person,
  range: { from: number; to: number },
): Promise<PersonYear[]> {
  const stored = await PersonYearModel.find({
    personId: person._id,
    year: { $gte: range.from, $lte: range.to },
  })
    .sort({ year: 1 })
    .lean();
  const byYear = new Map(stored.map((entry) => [entry.year, entry]));
  const passed: PersonYear[] = [];
  const blocked: string[] = [];
  for (let year = range.from; year <= range.to; year += 1) {
    const entry = byYear.get(year) ?? null;
    if (entry !== null && isPassed(entry.result)) passed.push(entry);
    else blocked.push(`${year}年度${await missingText(ctx, person, { year, personYear: entry })}`);
  }
  if (blocked.length > 0) throw new AppError("certificate.range_blocked", { blocked: blocked.join("；") });
  return passed;
}

async function mergedView(
  ctx: CommandContext,
  subject: { person: Person; personYears: readonly PersonYear[] },
  numbers: Numbers,
): Promise<MergedCertificateView> {
  const { person, personYears } = subject;
  const single = await CertificateModel.find(
    { personId: person._id, kind: "single", status: "valid" },
    { fromYear: 1, number: 1 },
  ).lean();
  const numberOf = new Map(single.map((certificate) => [certificate.fromYear, certificate.number]));
  return {
    title: `${ctx.app.env.PROVINCE_NAME}专业技术人员继续教育证书`,
    ...holderOf(person),
    ...(await issueOf(ctx, person)),
    ...numbers,
    qrUrl: verificationUrl(ctx, numbers.number, numbers.verifyCode),
    fromYear: personYears[0]?.year ?? 0,
    toYear: personYears.at(-1)?.year ?? 0,
    years: personYears.map((entry) => ({
      year: entry.year,
      publicHours: entry.public,
      professionalHours: entry.professional,
      totalHours: entry.public + entry.professional,
      result: resultName(entry.result),
      number: numberOf.get(entry.year) ?? "—",
    })),
  };
}
