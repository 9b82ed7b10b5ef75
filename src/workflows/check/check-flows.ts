import type { ModdleElement } from "bpmn-moddle";
import { safePath } from "../runtime/expressions.ts";
import { type Finding, finding } from "./findings.ts";
import { attribute, body, type CheckedModel, child, outgoing } from "./model.ts";

/** Findings of gateways and conditions: guards read declared outcomes of known steps only, and always have a default. */
export function checkFlows(model: CheckedModel): Finding[] {
  const outcomes = outcomesByStep(model);
  return [
    ...model.nodes
      .filter(({ $type }) => $type === "bpmn:ExclusiveGateway")
      .flatMap((gateway) => checkGateway(gateway)),
    ...model.flows.flatMap((flow) => checkCondition(flow, outcomes)),
  ];
}

function outcomesByStep({ nodes }: CheckedModel): Map<string, readonly string[]> {
  const steps = nodes.filter(({ $type }) => $type === "bpmn:UserTask" || $type === "bpmn:BusinessRuleTask");
  return new Map(
    steps.map((step) => [
      step.id ?? "",
      (attribute(step, "outcomes") ?? "").split(",").map((name) => name.trim()),
    ]),
  );
}

function checkGateway(gateway: ModdleElement): Finding[] {
  const ways = outgoing(gateway);
  if (ways.length < 2) return [];
  const standard = child(gateway, "default");
  if (standard === undefined) return [finding("no-default", gateway.id)];
  return ways.flatMap((way) => {
    const conditional = body(child(way, "conditionExpression")) !== "";
    return way.id !== standard.id && !conditional ? [finding("no-condition", way.id)] : [];
  });
}

function checkCondition(flow: ModdleElement, outcomes: ReadonlyMap<string, readonly string[]>): Finding[] {
  const expression = child(flow, "conditionExpression");
  if (expression === undefined) return [];
  const text = body(expression);
  const fromGateway = child(flow, "sourceRef")?.$type === "bpmn:ExclusiveGateway";
  return fromGateway && readsOutcome(text, outcomes) ? [] : [finding("bad-condition", flow.id, text)];
}

/** `${environment.output.<step>.<outcome>}` of a step that declares the outcome. */
function readsOutcome(text: string, outcomes: ReadonlyMap<string, readonly string[]>): boolean {
  const [root, output, step = "", outcome = "", ...rest] = safePath(text) ?? [];
  if (root !== "environment" || output !== "output" || rest.length > 0) return false;
  return outcomes.get(step)?.includes(outcome) ?? false;
}
