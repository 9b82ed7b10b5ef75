import type { Subject } from "./evaluate-hours.ts";
import { localForm } from "./find-form.ts";
import { isInForce } from "./compile-decision.ts";
import { citationOf, type LoadedPack, type RulePacks } from "./load-packs.ts";
import type { Decision, Field, FormPart } from "./pack-schema.ts";
import type { Citation, Scalar } from "./trace.ts";

export interface ShowWhen {
  readonly fact: string;
  readonly equal: Scalar;
}

export interface FormField {
  readonly name: string;
  readonly title: string;
  readonly type: "integer" | "number" | "text" | "date" | "select" | "boolean";
  readonly required: boolean;
  readonly options?: readonly { readonly value: string; readonly title: string }[];
  readonly default?: Scalar;
  readonly min?: number;
  readonly max?: number;
  readonly maxLength?: number;
  /** Smallest difference between two values: 0.1 for hours. */
  readonly step?: number;
  readonly unit?: string;
  /** Asked for each person of a declaration for several (DEC-12). */
  readonly perPerson?: boolean;
  readonly help?: string;
  /** The field is shown (and required) only when another one has this value. */
  readonly showWhen?: ShowWhen;
  /** True for a fact of the calculation, false for a descriptive field. */
  readonly calculates: boolean;
}

/** A kind of evidence; with `showWhen` it is asked for only when a field has this value. */
export interface EvidenceKind {
  readonly key: string;
  readonly title: string;
  readonly required: boolean;
  readonly showWhen?: ShowWhen;
}

export interface FormDefinition {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly fields: readonly FormField[];
  readonly subjects: readonly Subject[];
  readonly evidence: readonly EvidenceKind[];
  readonly hoursAreTyped: boolean;
  readonly determiner: string | null;
  readonly citation: Citation;
  /** Only for form 13: the filed local rule. */
  readonly localRule?: string;
}

/**
 * The learning forms in force in a year: plain JSON from which the declaration page is made, from the same source as the
 * calculation (DEC-01, DEC-16, CNV-21). Each filed local rule is one more form `13`.
 */
export function formDefinitions(packs: RulePacks, about: { year: number }): FormDefinition[] {
  const own = definitionsOf(packs.of.conversion, about.year);
  const local = packs.local.flatMap((pack) => localDefinitions(pack, about.year));
  return [...own, ...local].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function definitionsOf(pack: LoadedPack, year: number): FormDefinition[] {
  return decisionsInForce(pack, year).map(([id, decision]) => definition(pack, id, decision));
}

function localDefinitions(pack: LoadedPack, year: number): FormDefinition[] {
  return decisionsInForce(pack, year)
    .filter(([, decision]) => decision.local?.filing.status === "filed")
    .map(([name, decision]) => ({ ...definition(pack, localForm, decision), localRule: name }));
}

type Form = Decision & { form: FormPart };

function decisionsInForce(pack: LoadedPack, year: number): [string, Form][] {
  if (!isInForce(pack.pack.effective, year)) return [];
  return Object.entries(pack.pack.decisions ?? {}).flatMap(([name, decision]): [string, Form][] => {
    const { form } = decision;
    return form !== undefined && isInForce(decision, year) ? [[name, { ...decision, form }]] : [];
  });
}

function definition(pack: LoadedPack, id: string, decision: Form): FormDefinition {
  const { form } = decision;
  return {
    id,
    title: decision.title,
    description: decision.description ?? "",
    fields: [
      ...Object.entries(form.details).map(([name, field]) => fieldOf(name, field, false)),
      ...Object.entries(decision.facts).map(([name, field]) => fieldOf(name, field, true)),
    ],
    subjects: form.subjects,
    evidence: form.evidence.map(evidenceOf),
    hoursAreTyped: form.hoursAreTyped,
    determiner: form.determiner,
    citation: citationOf(pack.pack, decision.rules[0]?.cite ?? ""),
  };
}

function evidenceOf({ key, title, required, showWhen }: FormPart["evidence"][number]): EvidenceKind {
  return { key, title, required, ...(showWhen === undefined ? {} : { showWhen }) };
}

const shownTypes: Readonly<Record<Field["type"], Pick<FormField, "type" | "step" | "min" | "maxLength">>> = {
  integer: { type: "integer", step: 1 },
  number: { type: "number" },
  hours: { type: "number", step: 0.1, min: 0.1 },
  text: { type: "text", maxLength: 500 },
  date: { type: "date" },
  select: { type: "select" },
  boolean: { type: "boolean" },
  region: { type: "text", maxLength: 6 },
};

function fieldOf(name: string, field: Field, calculates: boolean): FormField {
  const { title, type, optional, options, unit, perPerson, help, showWhen, min, max } = field;
  return {
    name,
    title,
    ...shownTypes[type],
    required: optional !== true,
    ...(options === undefined ? {} : { options }),
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(unit === undefined ? {} : { unit }),
    ...(perPerson === undefined ? {} : { perPerson }),
    ...(help === undefined ? {} : { help }),
    ...(showWhen === undefined ? {} : { showWhen }),
    calculates,
  };
}
