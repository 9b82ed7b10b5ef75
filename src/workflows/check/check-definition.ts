import { processContract } from "../catalogue.ts";
import { loadDefinition } from "../runtime/definition.ts";
import { ReplayError } from "../runtime/position.ts";
import { checkElements } from "./check-elements.ts";
import { checkFlows } from "./check-flows.ts";
import { checkGraph } from "./check-graph.ts";
import { checkLayout } from "./check-layout.ts";
import { checkRepeats } from "./check-repeats.ts";
import { checkSafety } from "./check-safety.ts";
import { explorePositions } from "./explore.ts";
import { type Finding, finding } from "./findings.ts";
import { lintDiagram } from "./lint.ts";
import type { CheckedModel } from "./model.ts";
import { readModel } from "./read-model.ts";
import { checkSoundness } from "./soundness.ts";

/** Longer texts are not even parsed. */
export const definitionCharactersMax = 500_000;

/** These make a definition unsafe or pointless to run; soundness is not explored when one is found. */
function blocksExploration({ code, severity }: Finding): boolean {
  return severity === "error" && code !== "no-layout" && code !== "no-name";
}

/**
 * Everything wrong with a definition, empty when it may be published. Static checks first; only a definition that
 * passes them is run, so that a hostile one never reaches the engine. The largest shipped one takes about a second.
 */
export async function checkDefinition(xml: string): Promise<Finding[]> {
  if (xml.length > definitionCharactersMax)
    return [finding("too-large", null, `${xml.length} > ${definitionCharactersMax}`)];
  const { model, findings } = await readModel(xml);
  if (model === null) return [...findings];
  const unsafe = checkSafety(model);
  // Nested without end, it is too deep for everything else that walks through it.
  if (unsafe.some(({ code }) => code === "too-large")) return [...findings, ...unsafe];
  const found = [...findings, ...unsafe, ...checkRepeats(xml), ...(await checkParts(model))];
  if (found.some(blocksExploration)) return found;
  return [...found, ...(await soundness(model, xml))];
}

async function checkParts(model: CheckedModel): Promise<Finding[]> {
  const contract = processContract(model.process.id ?? "");
  return [
    ...(contract === null ? [finding("process-key", model.process.id, model.process.id ?? "")] : []),
    ...checkElements(model, contract),
    ...checkFlows(model),
    ...checkGraph(model),
    ...checkLayout(model),
    ...(await lintDiagram(model)),
  ];
}

async function soundness(model: CheckedModel, xml: string): Promise<Finding[]> {
  try {
    const definition = await loadDefinition(xml);
    return checkSoundness(model, explorePositions(definition), definition.steps);
  } catch (error) {
    // The very first step fails: no event of ours is to blame, the diagram has no way from its start. What the engine
    // stumbled over inside itself says nothing to whoever drew it.
    const inside = { zh: "引擎无法执行", en: "the engine cannot run it" };
    return [finding("no-start", model.process.id, error instanceof ReplayError ? error.message : inside)];
  }
}
