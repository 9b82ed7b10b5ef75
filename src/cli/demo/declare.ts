import type { ApiClient } from "../../shared/api-client.ts";
import { type FormView, listForms, submitDeclarations } from "../../shared/contracts/declarations.ts";
import type { RequestOf, ResponseOf } from "../../shared/contracts/endpoint.ts";
import { uploadFile } from "../../shared/contracts/platform.ts";
import type { Journey } from "./journey.ts";
import { samplePdf } from "../../shared/sample-pdf.ts";

type Facts = Record<string, string | number | boolean>;
type Hours = { public: number; professional: number };

/** One activity of each learning form 01–12, and the hours that the tables give for it. */
export interface SampleActivity {
  form: string;
  facts: Facts;
  hours: Hours;
}

const professional = (hours: number): Hours => ({ public: 0, professional: hours });

/** Hours are worked out by hand from the conversion standard, not read from the platform (CNV-01 – 17). */
export function sampleActivities(journey: Journey): SampleActivity[] {
  const conference = journey.lastDays(3).days;
  const service = journey.lastDays(2).days;
  return [
    { form: "01", facts: { classHours: 20, subject: "professional" }, hours: professional(20) },
    { form: "02a", facts: { determinedHours: 24 }, hours: professional(24) },
    { form: "02b", facts: { determinedHours: 16 }, hours: professional(16) },
    { form: "03a", facts: { passedCourses: 2 }, hours: professional(30) },
    { form: "03b", facts: { months: 3 }, hours: professional(30) },
    {
      form: "04",
      facts: { level: "ministry", days: conference, presented: true },
      hours: professional(conference * 6 + 6),
    },
    { form: "05", facts: { level: "national", group: "main", rank: 1 }, hours: professional(68) },
    { form: "06a", facts: { tenThousandCharacters: 5, rank: 1 }, hours: professional(80) },
    {
      form: "06b",
      facts: { journal: "provincial-core", rank: 2, supplement: false },
      hours: professional(36),
    },
    { form: "07", facts: { type: "invention", rank: 1 }, hours: professional(68) },
    { form: "08", facts: { level: "ministerial", rank: 3 }, hours: professional(60) },
    { form: "09", facts: { type: "intermediate" }, hours: professional(60) },
    { form: "10", facts: { endorsed: true }, hours: professional(20) },
    { form: "11", facts: { months: 12 }, hours: { public: 30, professional: 60 } },
    { form: "12", facts: { days: service }, hours: professional(service * 6) },
  ];
}

/** The forms of the year by id, as the declaration page gets them. */
export async function loadForms(client: ApiClient): Promise<Map<string, FormView>> {
  const { forms } = await client.ok(listForms, {});
  return new Map(forms.map((form) => [form.id, form]));
}

let distinct = 0;

/** Fills in what a form asks beyond the calculation, from its own description of its fields. */
export function fillFacts(form: FormView, given: Facts, date: string): Facts {
  distinct += 1;
  const facts: Facts = { ...given };
  for (const field of form.fields) {
    if (field.name in facts || !field.required) continue;
    if (field.showWhen !== undefined && facts[field.showWhen.field] !== field.showWhen.equals) continue;
    facts[field.name] = sampleValue(field, date);
  }
  return facts;
}

function sampleValue(field: FormView["fields"][number], date: string): string | number | boolean {
  const texts = `${field.title}示例${distinct}`.slice(0, field.maxLength ?? 50);
  const byType: Record<string, string | number | boolean | undefined> = {
    integer: field.min ?? 1,
    number: field.min ?? 1,
    boolean: true,
    date,
    select: field.options?.[0]?.value,
  };
  return byType[field.type] ?? texts;
}

/** Uploads each document that the form requires. */
export async function evidenceOf(client: ApiClient, form: FormView) {
  const evidence: { key: string; fileId: string; name: string }[] = [];
  for (const item of form.evidence.filter(({ required }) => required)) {
    distinct += 1;
    const file = {
      name: `${item.title}.pdf`,
      bytes: samplePdf(`${form.id} ${item.key} ${distinct}`),
      type: "application/pdf",
    };
    const { body } = await client.upload(uploadFile, file);
    evidence.push({ key: item.key, fileId: body.fileId, name: body.name });
  }
  return evidence;
}

export interface DeclareInput {
  form: FormView;
  facts: Facts;
  people?: string[];
  subject?: "public" | "professional";
  change?: Partial<RequestOf<typeof submitDeclarations>>;
}

/** The body of a declaration as the page would send it. */
export async function declarationBody(journey: Journey, client: ApiClient, input: DeclareInput) {
  const { form } = input;
  const { days, months } = input.facts;
  const period =
    form.id === "05" || typeof months === "number"
      ? {
          startDate: monthsBefore(journey.today, typeof months === "number" ? months : 12),
          endDate: journey.today,
        }
      : journey.lastDays(typeof days === "number" ? days : 1);
  return {
    year: journey.year,
    form: form.id,
    ...(input.subject === undefined ? {} : { subject: input.subject }),
    title: `${form.title}示例活动`,
    startDate: period.startDate,
    endDate: period.endDate,
    facts: fillFacts(form, input.facts, period.endDate),
    evidence: await evidenceOf(client, form),
    people: (input.people ?? []).map((personId) => ({ personId })),
    ...input.change,
  };
}

/** The ISO date some months earlier; the 28th stands for days that a shorter month lacks. */
function monthsBefore(iso: string, months: number): string {
  const [year = 0, month = 1, day = 1] = iso.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 - months, Math.min(day, 28))).toISOString().slice(0, 10);
}

/** Declares and insists on success. */
export async function declare(
  journey: Journey,
  client: ApiClient,
  input: DeclareInput,
): Promise<ResponseOf<typeof submitDeclarations>> {
  return client.ok(submitDeclarations, await declarationBody(journey, client, input));
}

/** Declares and expects a refusal; returns its message. */
export async function declareRefused(
  journey: Journey,
  client: ApiClient,
  input: DeclareInput & { what: string; code: string },
): Promise<string> {
  const answer = await client.call(submitDeclarations, await declarationBody(journey, client, input));
  journey.expect(input.what, answer.body.error?.code, input.code);
  return answer.body.error?.message ?? "";
}
