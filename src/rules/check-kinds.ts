import { titleLevels } from "../shared/dictionaries/titles.ts";
import { annualResults } from "./determine-year.ts";
import type { Findings } from "./finding.ts";
import type { Decision, Pack, PackKind } from "./pack-schema.ts";
import type { RuleEvent } from "./rule-schema.ts";

type EventType = RuleEvent["type"];

interface KindRule {
  /** Decisions that the named functions ask for. */
  readonly decisions: Readonly<Record<string, readonly EventType[]>>;
  /** What further decisions may give; without it there are none. */
  readonly others?: readonly EventType[];
}

const kinds: Readonly<Record<PackKind, KindRule>> = {
  "annual-requirement": {
    decisions: { base: ["requirement"], override: ["requirement"], "first-year": ["values"] },
  },
  conversion: { decisions: {}, others: ["hours", "refuse"] },
  "local-rules": { decisions: {}, others: ["hours", "refuse"] },
  "declaration-policy": {
    decisions: {
      declare: ["refuse"],
      people: ["refuse"],
      plan: ["values"],
      transferObjection: ["values"],
      merger: ["values"],
      closing: ["values"],
      rejectionReasons: ["refuse"],
    },
  },
  routing: {
    decisions: { declarationRoute: ["outcome"], hoursDeterminer: ["outcome"] },
    others: ["outcome"],
  },
  adjustment: { decisions: { qualifies: ["outcome"], prorate: ["values"] } },
  determination: { decisions: { result: ["outcome"] } },
  title: { decisions: { level: ["outcome"], accounting: ["outcome"] } },
  calendar: { decisions: {} },
  "credit-import": { decisions: { accounting: ["hours", "refuse"] } },
};

/** A pack has what its kind needs: its decisions, their kind of answer, and only outcomes that are declared. */
export function checkKind(pack: Pack, findings: Findings): void {
  const kind = kinds[pack.kind];
  const decisions = pack.decisions ?? {};
  for (const name of Object.keys(kind.decisions))
    if (!Object.hasOwn(decisions, name)) findings.add("decision.missing", "decisions", `缺少判断“${name}”`);
  for (const [name, decision] of Object.entries(decisions)) {
    const allowed = Object.hasOwn(kind.decisions, name) ? kind.decisions[name] : kind.others;
    const place = `decisions/${name}`;
    if (allowed === undefined) findings.add("decision.unknown", place, `这类规则包没有判断“${name}”`);
    else checkEvents(decision, { place, allowed }, findings);
    checkParts(pack, { name, decision }, findings);
  }
  if (pack.kind === "calendar") checkCalendar(pack, findings);
  if (pack.kind === "determination") checkResults(decisions["result"], findings);
  if (pack.kind === "title") checkTitleCodes(decisions["level"], findings);
}

function checkEvents(
  decision: Decision,
  about: { place: string; allowed: readonly EventType[] },
  findings: Findings,
): void {
  const given = new Set<string>();
  decision.rules.forEach(({ event }, index) => {
    const place = `${about.place}/rules/${index}/event`;
    if (!about.allowed.includes(event.type))
      findings.add("event.kind", place, `此处的规则不能给出“${event.type}”`);
    if (event.type !== "outcome") return;
    given.add(event.params.outcome);
    if (!(decision.outcomes ?? []).includes(event.params.outcome))
      findings.add("outcome.unknown", place, `结果“${event.params.outcome}”没有列在 outcomes 中`);
  });
  for (const outcome of decision.outcomes ?? [])
    if (!given.has(outcome))
      findings.add("outcome.unreachable", `${about.place}/outcomes`, `没有规则给出“${outcome}”`);
}

function checkParts(pack: Pack, of: { name: string; decision: Decision }, findings: Findings): void {
  const place = `decisions/${of.name}`;
  const isForm = pack.kind === "conversion" || pack.kind === "local-rules";
  if (isForm !== (of.decision.form !== undefined))
    findings.add("form.missing", place, isForm ? "学习形式缺少 form 部分" : "此处不应有 form 部分");
  if ((pack.kind === "local-rules") !== (of.decision.local !== undefined))
    findings.add("local.missing", place, "备案规则应有、其他规则不应有 local 部分");
}

/** Terms of tasks are reckoned at any time: the calendar has no end. */
function checkCalendar({ calendar, effective }: Pack, findings: Findings): void {
  if (calendar === undefined) findings.add("calendar.missing", "calendar", "缺少日历");
  if (effective.to !== null)
    findings.add("calendar.ends", "effective/to", "工作日历应长期有效（to 为 null），办理时限随时要算");
}

/** People hold titles of every code of the dictionary: none may be without a level. */
function checkTitleCodes(decision: Decision | undefined, findings: Findings): void {
  const options = decision?.facts["code"]?.options ?? [];
  for (const { code, name } of titleLevels)
    if (!options.some(({ value }) => value === code))
      findings.add("title.code", "decisions/level/facts/code", `缺少职称级别“${name}”（${code}）`);
}

function checkResults(decision: Decision | undefined, findings: Findings): void {
  for (const outcome of decision?.outcomes ?? [])
    if (!annualResults.some((result) => result === outcome))
      findings.add("outcome.unknown", "decisions/result/outcomes", `年度结果没有“${outcome}”`);
}
