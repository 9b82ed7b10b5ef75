import type { Findings } from "./finding.ts";
import type { Decision, Field, Pack } from "./pack-schema.ts";
import { checkConditions, type Known } from "./check-conditions.ts";
import { expressionParts } from "./expression-parts.ts";
import type { Expression, PackRule, RuleEvent } from "./rule-schema.ts";

/**
 * Everything that a pack names is there: citations, facts, tables with as many keys as are given, sets. Derived values
 * may use only what stands before them, so that there can be no cycle.
 */
export function checkReferences(pack: Pack, findings: Findings): void {
  checkCitations(pack, findings);
  for (const [name, decision] of Object.entries(pack.decisions ?? {}))
    checkDecision(pack, { name, decision }, findings);
}

interface Context extends Known {
  readonly pack: Pack;
}

function checkDecision(pack: Pack, of: { name: string; decision: Decision }, findings: Findings): void {
  const place = `decisions/${of.name}`;
  const known = new Set(["year", ...Object.keys(of.decision.facts)]);
  checkFields(of.decision.facts, `${place}/facts`, findings);
  checkFields(of.decision.form?.details ?? {}, `${place}/form/details`, findings);
  for (const [name, expression] of Object.entries(of.decision.derive ?? {})) {
    checkExpression(expression, { pack, place: `${place}/derive/${name}`, known, findings });
    if (known.has(name)) findings.add("name.twice", `${place}/derive/${name}`, `“${name}”与已有的名称重复`);
    known.add(name);
  }
  const names = new Set<string>();
  of.decision.rules.forEach((rule, index) => {
    const rulePlace = `${place}/rules/${index}`;
    if (names.has(rule.name)) findings.add("name.twice", rulePlace, `规则名称“${rule.name}”重复`);
    names.add(rule.name);
    checkConditions(rule.conditions, of.decision, {
      place: `${rulePlace}/conditions`,
      known,
      findings,
    });
    checkEvent(rule, { pack, place: `${rulePlace}/event`, known, findings });
  });
}

function checkFields(fields: Readonly<Record<string, Field>>, place: string, findings: Findings): void {
  for (const [name, field] of Object.entries(fields)) {
    const options = field.options ?? [];
    if ((field.type === "select") !== options.length > 0)
      findings.add("field.options", `${place}/${name}`, "选择项应列出选项，其他类型不应有选项");
    if (new Set(options.map((option) => option.value)).size < options.length)
      findings.add("field.options", `${place}/${name}`, "选项重复");
    if (field.min !== undefined && field.max !== undefined && field.min > field.max)
      findings.add("field.range", `${place}/${name}`, "最小值大于最大值");
  }
}

function checkEvent(rule: PackRule, context: Context): void {
  const known = new Set(context.known);
  const { event } = rule;
  for (const [key, expression] of namedExpressions(event)) {
    checkExpression(expression, { ...context, known, place: `${context.place}/params/${key}` });
    known.add(key.slice(key.indexOf("/") + 1));
  }
  known.add("hours");
  const explain = "explain" in event.params ? event.params.explain : undefined;
  for (const [, name] of (explain ?? "").matchAll(/\{([^}]*)\}/g))
    if (name === undefined || !known.has(name))
      context.findings.add(
        "fact.unknown",
        `${context.place}/params/explain`,
        `说明中的“{${name}}”没有对应的值`,
      );
}

/** The expressions of an event in order of evaluation. */
function namedExpressions(event: RuleEvent): [string, Expression][] {
  const entries = (
    prefix: string,
    record: Readonly<Record<string, Expression | undefined>>,
  ): [string, Expression][] =>
    Object.entries(record).flatMap(([name, value]) =>
      value === undefined ? [] : [[`${prefix}${name}`, value]],
    );
  if (event.type === "hours") {
    const { params } = event;
    return [
      ...entries("let/", params.let ?? {}),
      ...entries("credits/", params.credits),
      ...entries("", { limit: params.limit }),
    ];
  }
  if (event.type === "requirement") return entries("", event.params);
  return event.type === "values" ? entries("values/", event.params.values) : [];
}

function checkExpression(expression: Expression, context: Context): void {
  const { pack, place, findings } = context;
  for (const part of expressionParts(expression)) {
    if ("var" in part && !context.known.has(part.var))
      findings.add("fact.unknown", place, `没有“${part.var}”，或它要用到的值尚未算出`);
    if ("set" in part && !Object.hasOwn(pack.sets ?? {}, part.set[0]))
      findings.add("set.unknown", place, `没有地区集合“${part.set[0]}”`);
    if ("table" in part) checkTable(part.table[0], part.table.length - 1, context);
  }
}

function checkTable(name: string, keyCount: number, context: Context): void {
  const tables = context.pack.tables ?? {};
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) context.findings.add("table.unknown", context.place, `没有表“${name}”`);
  else if (table.keys.length !== keyCount)
    context.findings.add(
      "table.keys",
      context.place,
      `表“${name}”按 ${table.keys.length} 项查，这里给了 ${keyCount} 项`,
    );
}

function checkCitations(pack: Pack, findings: Findings): void {
  const used = new Set<string>();
  const check = (place: string, cite: string): void => {
    used.add(cite);
    if (!Object.hasOwn(pack.citations, cite)) findings.add("citation.unknown", place, `没有依据“${cite}”`);
  };
  for (const [place, cite] of citationsIn(pack)) check(place, cite);
  for (const key of Object.keys(pack.citations))
    if (!used.has(key)) findings.add("citation.unused", `citations/${key}`, `依据“${key}”没有被任何规则引用`);
}

function citationsIn(pack: Pack): [string, string][] {
  const rows = [...Object.entries(pack.tables ?? {}), ...Object.entries(pack.sets ?? {})];
  const ofRows = rows.flatMap(([name, { rows: list }]) =>
    list.map((row, index): [string, string] => [`tables/${name}/rows/${index}/cite`, row.cite]),
  );
  const ofRules = Object.entries(pack.decisions ?? {}).flatMap(([name, { rules }]) =>
    rules.map((rule, index): [string, string] => [`decisions/${name}/rules/${index}/cite`, rule.cite]),
  );
  const ofForms = Object.entries(pack.decisions ?? {}).flatMap(([name, { form }]): [string, string][] =>
    form?.accountantsCite === undefined
      ? []
      : [[`decisions/${name}/form/accountantsCite`, form.accountantsCite]],
  );
  const ofYears = Object.entries(pack.calendar ?? {}).map(([year, { cite }]): [string, string] => [
    `calendar/${year}/cite`,
    cite,
  ]);
  const fixed = pack.fixedHolidays;
  const ofFixed: [string, string][] = fixed === undefined ? [] : [["fixedHolidays/cite", fixed.cite]];
  return [...ofRows, ...ofRules, ...ofForms, ...ofYears, ...ofFixed];
}
