import {
  evidenceKeyPattern,
  factNamePattern,
  formIdPattern,
  mostFields,
  otherEvidence,
} from "../shared/form-names.ts";
import { localForm } from "./find-form.ts";
import type { Findings } from "./finding.ts";
import { type LoadedPack, type RulePacks, withPack } from "./load-packs.ts";
import type { Decision, Field, FormPart, Pack } from "./pack-schema.ts";

type Form = Decision & { readonly form: FormPart };

interface About {
  readonly decision: Form;
  readonly place: string;
  readonly findings: Findings;
}

/**
 * A learning form that is published can also be declared (DEC-01, DEC-16): its names may stand in a request, its
 * evidence can be told apart, it counts toward the subjects that its rules credit, and the routing knows who
 * determines its hours.
 */
export function checkForms(packs: RulePacks, loaded: LoadedPack, findings: Findings): void {
  const { pack } = loaded;
  for (const [id, decision] of formsOf(pack)) {
    const about = { decision, place: `decisions/${id}`, findings };
    if (pack.kind === "conversion") checkId(id, findings);
    checkFields(about);
    checkEvidence(about);
    checkRepetition(about);
    checkSubjects(about);
  }
  checkDeterminers(withPack(packs, loaded), loaded, findings);
}

function formsOf(pack: Pack): [string, Form][] {
  return Object.entries(pack.decisions ?? {}).flatMap(([id, decision]): [string, Form][] =>
    decision.form === undefined ? [] : [[id, { ...decision, form: decision.form }]],
  );
}

function checkId(id: string, findings: Findings): void {
  if (!formIdPattern.test(id))
    findings.add("form.id", `decisions/${id}`, "学习形式的编号为两位数字，需要时加一个小写字母，如 18、02c");
  if (id === localForm)
    findings.add("form.id", `decisions/${id}`, `学习形式 ${localForm} 的规则写在 local-rules 规则包里`);
}

function checkFields({ decision, place, findings }: About): void {
  const { facts, form } = decision;
  const places = { facts: `${place}/facts`, details: `${place}/form/details` };
  const fields = [
    ...Object.entries(facts).map(([name, field]) => ({ name, field, at: `${places.facts}/${name}` })),
    ...Object.entries(form.details).map(([name, field]) => ({
      name,
      field,
      at: `${places.details}/${name}`,
    })),
  ];
  if (fields.length > mostFields)
    findings.add("form.fields", place, `填报项有 ${fields.length} 个，最多 ${mostFields} 个`);
  for (const { name, field, at } of fields) {
    if (!factNamePattern.test(name))
      findings.add(
        "form.name",
        at,
        `填报项“${name}”的名称应以小写字母开头，只用字母和数字，不超过 40 个字符`,
      );
    if (at.startsWith(places.details) && Object.hasOwn(facts, name))
      findings.add("form.name", at, `填报项“${name}”在 facts 中已有`);
    checkShowWhen(decision, field, { at, findings });
  }
}

function checkShowWhen(
  { facts, form }: Form,
  { showWhen }: Pick<Field, "showWhen">,
  { at, findings }: { at: string; findings: Findings },
): void {
  if (showWhen === undefined) return;
  const asked = facts[showWhen.fact] ?? form.details[showWhen.fact];
  if (asked === undefined) findings.add("fact.unknown", `${at}/showWhen`, `没有填报项“${showWhen.fact}”`);
  else if (!canBe(asked, showWhen.equal))
    findings.add(
      "form.show_when",
      `${at}/showWhen`,
      `“${asked.title}”不会是 ${JSON.stringify(showWhen.equal)}`,
    );
}

function canBe({ type, options }: Field, value: unknown): boolean {
  if (type === "select") return (options ?? []).some((option) => option.value === value);
  if (type === "boolean") return typeof value === "boolean";
  return typeof value === (type === "integer" || type === "number" || type === "hours" ? "number" : "string");
}

function checkEvidence({ decision, place, findings }: About): void {
  const known = new Set<string>([otherEvidence]);
  for (const [index, kind] of decision.form.evidence.entries()) {
    const at = `${place}/form/evidence/${index}`;
    if (!evidenceKeyPattern.test(kind.key))
      findings.add(
        "form.name",
        at,
        `材料“${kind.key}”的名称应以小写字母开头，只用字母、数字和“-”，不超过 40 个字符`,
      );
    if (known.has(kind.key)) findings.add("form.evidence", at, `材料“${kind.key}”重复，或为保留名称`);
    known.add(kind.key);
    checkShowWhen(decision, kind, { at, findings });
    if (isPerPerson(decision, kind.showWhen?.fact))
      findings.add("form.evidence", `${at}/showWhen`, "逐人填写的项不能决定是否要求证明材料");
  }
}

/** Evidence is given once for all people of a declaration, so nothing asked of each of them may decide about it. */
function isPerPerson({ facts, form }: Form, fact: string | undefined): boolean {
  return fact !== undefined && (facts[fact] ?? form.details[fact])?.perPerson === true;
}

/** What tells one activity from another is filled in, and months are there where they are counted (DEC-13, CNV-18). */
function checkRepetition({ decision, place, findings }: About): void {
  const { facts, form } = decision;
  const check = (name: string, where: string): void => {
    if (facts[name] === undefined && form.details[name] === undefined)
      findings.add("fact.unknown", `${place}/form/${where}`, `没有填报项“${name}”`);
  };
  for (const name of form.duplicateKeys.flat()) check(name, "duplicateKeys");
  if (form.monthsPerCredit === undefined) return;
  check("months", "monthsPerCredit");
  if (!form.perYear) findings.add("form.per_year", `${place}/form/monthsPerCredit`, "须与 perYear 一起使用");
}

/** A declaration names one of the form's subjects, and its hours go where the rules say: both must be the same (DEC-04). */
function checkSubjects({ decision, place, findings }: About): void {
  const credited = new Set(decision.rules.flatMap((rule) => creditedBy(decision, rule.event)));
  const named = new Set<string>(decision.form.subjects);
  if (credited.size === named.size && [...credited].every((subject) => named.has(subject))) return;
  const list = (subjects: Set<string>): string => [...subjects].sort().join("、");
  findings.add(
    "form.subjects",
    `${place}/form/subjects`,
    `写的是 ${list(named)}，而规则计入的是 ${list(credited)}`,
  );
}

function creditedBy({ facts }: Decision, event: Decision["rules"][number]["event"]): string[] {
  if (event.type !== "hours") return [];
  const { subject, ...fixed } = event.params.credits;
  const chosen = subject === undefined ? [] : (facts["subject"]?.options ?? []).map(({ value }) => value);
  return [...Object.keys(fixed), ...chosen];
}

/** Whoever determines the hours of a form must be one that the routing asks (APR-12). */
function checkDeterminers(together: RulePacks, loaded: LoadedPack, findings: Findings): void {
  const asked = together.of.routing.pack.decisions?.["hoursDeterminer"]?.facts["determiner"]?.options ?? [];
  const known = new Set(asked.map(({ value }) => value));
  const isRouting = loaded.pack.kind === "routing";
  const packs = isRouting ? [together.of.conversion, ...together.local] : [loaded];
  for (const [id, { title, form }] of packs.flatMap(({ pack }) => formsOf(pack))) {
    if (form.determiner === null || known.has(form.determiner)) continue;
    const place = isRouting
      ? "decisions/hoursDeterminer/facts/determiner"
      : `decisions/${id}/form/determiner`;
    findings.add("form.determiner", place, `routing 没有认定方“${form.determiner}”，“${title}”要用`);
  }
}
