import { Linter } from "bpmnlint";
import NodeResolver from "bpmnlint/lib/resolver/node-resolver.js";
import type { CheckedModel } from "./model.ts";
import { type Finding, finding } from "./findings.ts";

/** bpmnlint's rules that say something about our diagrams; what we check ourselves (layout, labels) is left out. */
const rules = {
  "end-event-required": "error",
  "no-complex-gateway": "error",
  "no-disconnected": "error",
  "no-duplicate-sequence-flows": "error",
  "no-gateway-join-fork": "error",
  "no-implicit-end": "error",
  "no-implicit-split": "error",
  "no-implicit-start": "error",
  "no-inclusive-gateway": "error",
  "no-overlapping-elements": "error",
  "single-blank-start-event": "error",
  "single-event-definition": "error",
  "start-event-required": "error",
  "superfluous-gateway": "error",
} as const;

/** What bpmnlint finds. A linter is made per file: a shared one keeps state of the last file. */
export async function lintDiagram(model: CheckedModel): Promise<Finding[]> {
  const linter = new Linter({ config: { rules }, resolver: new NodeResolver() });
  const reports = await linter.lint(model.parsed.rootElement);
  return Object.entries(reports).flatMap(([rule, entries]) =>
    entries.map((entry) => finding("lint", entry.id, `${rule}: ${entry.message}`)),
  );
}
