import type { ModdleElement } from "bpmn-moddle";
import { asElements } from "../runtime/definition.ts";
import { type Finding, finding } from "./findings.ts";
import { type CheckedModel, child } from "./model.ts";

/** Every element has its shape with a size, every flow its edge with two points or more: else nobody can read it. */
export function checkLayout(model: CheckedModel): Finding[] {
  const drawn = new Map(planeElements(model).map((part) => [child(part, "bpmnElement")?.id, part]));
  return model.elements.flatMap((element) => {
    const part = drawn.get(element.id);
    if (part === undefined) return [finding("no-layout", element.id, "BPMNDI")];
    const complete =
      element.$type === "bpmn:SequenceFlow" ? asElements(part["waypoint"]).length >= 2 : hasBounds(part);
    return complete ? [] : [finding("no-layout", element.id, part.$type)];
  });
}

function planeElements({ parsed }: CheckedModel): ModdleElement[] {
  const diagrams = asElements(parsed.rootElement["diagrams"]);
  return diagrams.flatMap((diagram) => asElements(child(diagram, "plane")?.["planeElement"]));
}

function hasBounds(shape: ModdleElement): boolean {
  const bounds = child(shape, "bounds");
  const isFinite = (side: unknown): side is number => typeof side === "number" && Number.isFinite(side);
  const hasPlace = isFinite(bounds?.["x"]) && isFinite(bounds?.["y"]);
  const sides = [bounds?.["width"], bounds?.["height"]];
  return hasPlace && sides.every((side) => isFinite(side) && side > 0);
}
