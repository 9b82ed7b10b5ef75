import type { ModdleElement, ParseResult } from "bpmn-moddle";
import { asElements, executableProcess, flowElements } from "../runtime/definition.ts";

/** A parsed definition as the checks read it. */
export interface CheckedModel {
  readonly parsed: ParseResult;
  readonly process: ModdleElement;
  readonly elements: readonly ModdleElement[];
  readonly flows: readonly ModdleElement[];
  readonly nodes: readonly ModdleElement[];
}

/** The parts of a definition by kind. Throws when it has no single executable process. */
export function checkedModel(parsed: ParseResult): CheckedModel {
  const process = executableProcess(parsed);
  const elements = flowElements(process);
  const isFlow = (element: ModdleElement) => element.$type === "bpmn:SequenceFlow";
  const flows = elements.filter(isFlow);
  const nodes = elements.filter((element) => !isFlow(element));
  connect(nodes, flows);
  return { parsed, process, elements, flows, nodes };
}

/**
 * A node's lists of flows say again what the flows say, and a file may leave them out or have them wrong. The engine
 * goes by the flows alone, so the checks do too: a list that claims a way in would hide a node that starts by itself.
 */
function connect(nodes: readonly ModdleElement[], flows: readonly ModdleElement[]): void {
  for (const node of nodes) {
    node["incoming"] = flows.filter((flow) => flow["targetRef"] === node);
    node["outgoing"] = flows.filter((flow) => flow["sourceRef"] === node);
  }
}

/** Ways out of a node, in the order of the file. */
export function outgoing(node: ModdleElement): ModdleElement[] {
  return asElements(node["outgoing"]);
}

/** A string attribute, trimmed; null when absent or empty. */
export function attribute(element: ModdleElement | undefined, name: string): string | null {
  const value: unknown = element?.[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

/** A child element such as `loopCharacteristics` or `conditionExpression`. */
export function child(element: ModdleElement | undefined, name: string): ModdleElement | undefined {
  return element?.[name] as ModdleElement | undefined;
}

/** The text of a formal expression, empty when absent. */
export function body(expression: ModdleElement | undefined): string {
  return attribute(expression, "body") ?? "";
}
