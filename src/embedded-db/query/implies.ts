import type { Node } from "../matcher/nodes.ts";
import { boundsOf, conjuncts, edgeKey, intersect, type Interval } from "./bounds.ts";

/** Whether a query asks for nothing outside a partial index: each of its conditions follows from one of the query's. */
export function implies(query: Node, partial: Node): boolean {
  const given = conjuncts(query).filter(({ nested }) => !nested);
  return conjuncts(partial).every(({ node: needed }) => given.some(({ node }) => covers(node, needed)));
}

function covers(given: Node, needed: Node): boolean {
  if (!("path" in given) || !("path" in needed) || given.path !== needed.path) return false;
  const mine = boundsOf(given);
  if (isExists(needed)) return mine ? !mine.matchesMissing : isExists(given);
  const theirs = boundsOf(needed);
  if (!mine || !theirs?.exact) return false;
  return mine.intervals.every((one) => theirs.intervals.some((two) => within(one, two)));
}

function isExists(node: Node): boolean {
  return node.kind === "test" && node.operator === "$exists";
}

function within(inner: Interval, outer: Interval): boolean {
  const common = intersect(inner, outer);
  if (!common) return false;
  return edgeKey(common.from).equals(edgeKey(inner.from)) && edgeKey(common.to).equals(edgeKey(inner.to));
}
