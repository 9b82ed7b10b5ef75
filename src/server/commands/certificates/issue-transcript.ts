import { isDeepStrictEqual } from "node:util";
import { type Certificate, CertificateModel } from "../../../models/certificate.ts";
import type { Person } from "../../../models/person.ts";
import type { issueTranscript as contract } from "../../../shared/contracts/certificates.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { readableCode } from "../../../shared/ids.ts";
import type { CommandContext } from "../../command-context.ts";
import { nextNumber } from "../next-number.ts";
import { verificationUrl } from "./certificate-content.ts";
import { writeCertificate } from "./issue-edition.ts";
import { loadHolder } from "./load-holder.ts";
import { type TranscriptContent, transcriptContent } from "./transcript-content.ts";

/**
 * The transcript of a person as it is today (PER-16), also of one whose record is closed (TRF-16): the valid one while
 * it says the same, else a new edition under the person's number, and the one before becomes 已更新. Errors:
 * `person.not_found` (404), `permission.denied` (403) for administrators who may not print.
 */
export async function issueTranscript(
  ctx: CommandContext,
  input: Pick<InputOf<typeof contract>, "id">,
): Promise<Certificate> {
  const person = await loadHolder(ctx, input.id);
  const content = await transcriptContent(ctx, person);
  const latest = await CertificateModel.findOne({ personId: person._id, kind: "transcript" })
    .sort({ edition: -1 })
    .lean();
  if (latest !== null && latest.status === "valid") {
    if (saysTheSame(latest, content)) return latest;
    await CertificateModel.updateOne(
      { _id: latest._id, status: "valid" },
      { $set: { status: "updated" }, $inc: { version: 1 } },
    );
  }
  return await writeEdition(ctx, person, { content, latest });
}

async function writeEdition(
  ctx: CommandContext,
  person: Person,
  { content, latest }: { content: TranscriptContent; latest: Certificate | null },
): Promise<Certificate> {
  const numbers = {
    number: latest?.number ?? (await nextNumber(ctx.app, "DA")),
    verifyCode: readableCode(8),
  };
  const qrUrl = verificationUrl(ctx, numbers.number, numbers.verifyCode);
  return await writeCertificate(ctx, person, {
    personId: person._id,
    kind: "transcript",
    fromYear: content.years[0]?.year ?? person.firstYear,
    toYear: content.years.at(-1)?.year ?? person.firstYear,
    ...numbers,
    edition: (latest?.edition ?? 0) + 1,
    years: yearsShown(content),
    view: { ...content, ...numbers, qrUrl },
  });
}

function yearsShown({ years }: TranscriptContent): Certificate["years"] {
  return years.map(({ year, publicHours, professionalHours, result }) => ({
    year,
    public: publicHours,
    professional: professionalHours,
    resultName: result,
  }));
}

/** Whether nothing but the day of issue would differ. */
function saysTheSame({ view }: Certificate, content: TranscriptContent): boolean {
  const { issuedOn: _day, ...said } = content;
  return Object.entries(said).every(([field, value]) => isDeepStrictEqual(view[field], value));
}
