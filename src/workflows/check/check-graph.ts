import type { ModdleElement } from "bpmn-moddle";
import { type Finding, finding } from "./findings.ts";
import { type CheckedModel, child, outgoing } from "./model.ts";

type Neighbours = ReadonlyMap<string, readonly string[]>;

/**
 * What the drawing alone shows: elements that no way from the start leads to, and elements from which no way leads to
 * an end. What depends on outcomes is the exploration's to find; this one answers also where nothing may be run.
 */
export function checkGraph(model: CheckedModel): Finding[] {
  const next = successors(model);
  const started = closure(idsOf(model, "bpmn:StartEvent"), next);
  const ending = closure(idsOf(model, "bpmn:EndEvent"), reversed(next));
  return model.nodes.flatMap(({ id }) => {
    if (id === undefined) return [];
    if (!started.has(id)) return [finding("unreachable", id)];
    return ending.has(id) ? [] : [finding("cannot-end", id, (started.get(id) ?? []).join(" → "))];
  });
}

function idsOf({ nodes }: CheckedModel, type: string): string[] {
  return nodes.flatMap(({ $type, id }) => ($type === type && id !== undefined ? [id] : []));
}

/** Where one gets from a node: along its flows, and by the events at its border. */
function successors({ nodes }: CheckedModel): Neighbours {
  const flown = nodes.map((node): [string, string[]] => [
    node.id ?? "",
    outgoing(node).flatMap((flow) => child(flow, "targetRef")?.id ?? []),
  ]);
  const next = new Map(flown);
  for (const node of nodes) next.get(hostOf(node))?.push(node.id ?? "");
  return next;
}

function hostOf(node: ModdleElement): string {
  return child(node, "attachedToRef")?.id ?? "";
}

function reversed(next: Neighbours): Neighbours {
  const before = new Map<string, string[]>();
  for (const [from, targets] of next)
    for (const to of targets) before.set(to, [...(before.get(to) ?? []), from]);
  return before;
}

/** Every node that is reached from the given ones, with a shortest way to it. */
function closure(from: readonly string[], next: Neighbours): Map<string, readonly string[]> {
  const ways = new Map<string, readonly string[]>(from.map((id) => [id, [id]]));
  for (const [id, way] of ways)
    for (const to of next.get(id) ?? []) if (!ways.has(to)) ways.set(to, [...way, to]);
  return ways;
}
