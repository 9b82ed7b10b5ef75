/** The rule trace as the page shows it: the server stores steps as plain JSON, so each is read, not trusted. */

export interface TraceLine {
  kind: "rule" | "table" | "value" | "result";
  title: string;
  detail: string;
  citation: string | null;
}

type Step = Record<string, unknown>;

/** The steps of a trace in order, in Chinese. Steps of an unknown kind are left out (POL-06). */
export function traceLines(steps: readonly unknown[]): TraceLine[] {
  return steps.flatMap((step) => {
    if (typeof step !== "object" || step === null) return [];
    const line = readers[String((step as Step)["kind"])]?.(step as Step);
    return line === undefined ? [] : [line];
  });
}

const readers: Record<string, (step: Step) => TraceLine> = {
  rule: (step) => ({
    kind: "rule",
    title: `适用规则：${text(step["rule"])}`,
    detail: conditionTexts(step["conditions"]).join("；"),
    citation: citationText(step["citation"]),
  }),
  table: (step) => ({
    kind: "table",
    title: `查表：${text(step["title"])}`,
    detail: `${keyText(step["keys"])}${text(step["value"])} ${text(step["unit"])}（${periodText(step["from"], step["to"])}）`,
    citation: citationText(step["citation"]),
  }),
  value: (step) => ({
    kind: "value",
    title: `中间结果：${text(step["name"])}`,
    detail: `${text(step["value"])}`,
    citation: null,
  }),
  result: (step) => ({
    kind: "result",
    title: text(step["text"]),
    detail: "",
    citation: citationTexts(step["citations"]),
  }),
};

function conditionTexts(conditions: unknown): string[] {
  if (!Array.isArray(conditions)) return [];
  return conditions
    .filter((one): one is Step => typeof one === "object" && one !== null && (one as Step)["result"] === true)
    .map((one) =>
      `${text(one["title"])} ${operatorNames[String(one["operator"])] ?? ""} ${text(one["value"])}`.trim(),
    );
}

const operatorNames: Record<string, string> = {
  equal: "为",
  notEqual: "不为",
  in: "属于",
  notIn: "不属于",
  lessThan: "小于",
  lessThanInclusive: "不超过",
  greaterThan: "大于",
  greaterThanInclusive: "不少于",
  before: "早于",
  onOrBefore: "不晚于",
  after: "晚于",
  onOrAfter: "不早于",
};

function keyText(keys: unknown): string {
  return Array.isArray(keys) && keys.length > 0 ? `${keys.map(text).join(" / ")} → ` : "";
}

function periodText(from: unknown, to: unknown): string {
  if (typeof from !== "number") return "现行";
  return typeof to === "number" ? `${from}—${to}年度` : `${from}年度起`;
}

function citationTexts(citations: unknown): string | null {
  if (!Array.isArray(citations)) return null;
  const texts = citations.map(citationText).filter((one): one is string => one !== null);
  return texts.length === 0 ? null : texts.join("；");
}

function citationText(citation: unknown): string | null {
  if (typeof citation === "string") return citation;
  if (typeof citation !== "object" || citation === null) return null;
  const { title, document, clause } = citation as Step;
  const place = [document, clause].filter((part) => typeof part === "string" && part !== "").join(" ");
  if (typeof title !== "string" || title === "") return place === "" ? null : place;
  return place === "" ? title : `${title}（${place}）`;
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "是" : "否";
  if (Array.isArray(value)) return value.map(text).join("、");
  return "—";
}
