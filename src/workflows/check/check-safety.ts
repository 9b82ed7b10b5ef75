import type { ModdleElement } from "bpmn-moddle";
import { asElements } from "../runtime/definition.ts";
import { safePath } from "../runtime/expressions.ts";
import { type Finding, finding } from "./findings.ts";
import type { CheckedModel } from "./model.ts";

/** Where the engine evaluates expressions; everywhere else `${` has no business. */
const evaluated = new Set(["implementation", "collection", "body"]);
const looksEvaluated = /[$#]\{/;
const elementsMax = 300;
/** A process of ours is six deep, from its root to a condition's text. */
const depthMax = 20;
/** What a file may hold beside its processes and messages and has no business to: other files, foreign content. */
const besideProcesses = ["imports", "extensions", "relationships", "extensionElements"] as const;

/**
 * Everything that could run code or that the engine would evaluate in a place we do not know: scripts in any form,
 * extension elements (listeners, io mappings), foreign attributes, expressions other than a whitelisted path.
 */
export function checkSafety(model: CheckedModel): Finding[] {
  const found: Finding[] = [];
  if (model.elements.length > elementsMax)
    found.push(finding("too-large", null, `${model.elements.length} > ${elementsMax}`));
  for (const name of besideProcesses)
    if (model.parsed.rootElement[name] !== undefined) found.push(finding("unsupported-element", null, name));
  for (const root of rootElements(model)) {
    found.push(...checkRoot(model, root));
    walk(root, { ownerId: root.id ?? null, depth: 0 }, found);
  }
  return found;
}

/** Beside the process there are its messages, and a pool around it; nothing sends messages from pool to pool. */
function checkRoot(model: CheckedModel, root: ModdleElement): Finding[] {
  if (root === model.process || root.$type === "bpmn:Message") return [];
  if (root.$type !== "bpmn:Collaboration") return [finding("unsupported-element", root.id, root.$type)];
  return asElements(root["messageFlows"]).map(({ id, $type }) => finding("unsupported-element", id, $type));
}

function rootElements({ parsed }: CheckedModel): ModdleElement[] {
  return asElements(parsed.rootElement["rootElements"]);
}

/** Visits an element's own strings and contained elements. References to other elements are not followed. */
function walk(
  element: ModdleElement,
  { ownerId, depth }: { ownerId: string | null; depth: number },
  found: Finding[],
): void {
  const id = element.id ?? ownerId;
  if (depth > depthMax) {
    found.push(
      finding("too-large", id, { zh: `嵌套超过${depthMax}层`, en: `nested deeper than ${depthMax}` }),
    );
    return;
  }
  for (const [name, value] of Object.entries(element)) {
    if (name.startsWith("$")) continue;
    if (typeof value === "string") found.push(...checkText({ element, name, value, id }));
    for (const part of contained(element, value)) walk(part, { ownerId: id, depth: depth + 1 }, found);
  }
  found.push(...checkForeign(element, id));
}

function contained(parent: ModdleElement, value: unknown): ModdleElement[] {
  const parts = Array.isArray(value) ? value : [value];
  return parts.filter(
    (part): part is ModdleElement =>
      typeof part === "object" &&
      part !== null &&
      "$type" in part &&
      (part as ModdleElement).$parent === parent,
  );
}

function checkText({
  element,
  name,
  value,
  id,
}: {
  element: ModdleElement;
  name: string;
  value: string;
  id: string | null;
}): Finding[] {
  if (name === "language" || name === "scriptFormat") return [finding("script", id, `${name}=${value}`)];
  if (element.$type === "bpmn:Documentation" || !looksEvaluated.test(value)) return [];
  return evaluated.has(name) && safePath(value) !== null ? [] : [finding("unsafe-expression", id, value)];
}

function checkForeign(element: ModdleElement, id: string | null): Finding[] {
  const found: Finding[] = [];
  if (element["extensionElements"] !== undefined) found.push(finding("script", id, "extensionElements"));
  if (element["ioSpecification"] !== undefined)
    found.push(finding("unsupported-element", id, "ioSpecification"));
  const attributes = (element["$attrs"] ?? {}) as Record<string, unknown>;
  for (const name of Object.keys(attributes)) {
    if (!name.startsWith("xmlns") && name !== "xsi:type") found.push(finding("script", id, name));
  }
  return found;
}
