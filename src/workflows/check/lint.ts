import { Linter } from "bpmnlint";
import NodeResolver from "bpmnlint/lib/resolver/node-resolver.js";
import type { CheckedModel } from "./model.ts";
import { type Finding, finding } from "./findings.ts";

/**
 * bpmnlint's rules that say something about our diagrams, in Chinese; what we check ourselves (layout, labels) is left
 * out.
 */
const rules = {
  "end-event-required": "没有结束事件",
  "no-complex-gateway": "不支持复杂网关",
  "no-disconnected": "元素没有与流程相连",
  "no-duplicate-sequence-flows": "两个元素之间有重复的连线",
  "no-gateway-join-fork": "同一网关既合并又分支",
  "no-implicit-end": "元素之后没有连线，也不是结束事件",
  "no-implicit-split": "一个元素有多条出口，应使用网关",
  "no-implicit-start": "元素之前没有连线，也不是开始事件",
  "no-inclusive-gateway": "不支持包容网关",
  "no-overlapping-elements": "图形重叠或超出边界",
  "single-blank-start-event": "只能有一个开始事件",
  "single-event-definition": "一个事件只能有一种触发方式",
  "start-event-required": "没有开始事件",
  "superfluous-gateway": "网关只有一进一出，是多余的",
} as const;

const config = { rules: Object.fromEntries(Object.keys(rules).map((name) => [name, "error"])) };

/** What bpmnlint finds. A linter is made per file: a shared one keeps state of the last file. */
export async function lintDiagram(model: CheckedModel): Promise<Finding[]> {
  const linter = new Linter({ config, resolver: new NodeResolver() });
  const reports = await linter.lint(model.parsed.rootElement);
  return Object.entries(reports).flatMap(([rule, entries]) =>
    entries.map((entry) => finding("lint", entry.id, { zh: wordsOf(rule), en: `${rule}: ${entry.message}` })),
  );
}

function wordsOf(rule: string): string {
  return Object.hasOwn(rules, rule) ? rules[rule as keyof typeof rules] : rule;
}
