import { processContract } from "../catalogue.ts";
import { loadDefinition } from "../runtime/definition.ts";
import { parseBpmn } from "../runtime/moddle.ts";
import { checkElements } from "./check-elements.ts";
import { checkFlows } from "./check-flows.ts";
import { checkLayout } from "./check-layout.ts";
import { checkSafety } from "./check-safety.ts";
import { explorePositions } from "./explore.ts";
import { type Finding, finding } from "./findings.ts";
import { lintDiagram } from "./lint.ts";
import { type CheckedModel, checkedModel } from "./model.ts";
import { checkSoundness } from "./soundness.ts";

const charactersMax = 500_000;

/** These make a definition unsafe or pointless to run; soundness is not explored when one is found. */
function blocksExploration({ code, severity }: Finding): boolean {
  return severity === "error" && code !== "no-layout" && code !== "no-name";
}

/**
 * Everything wrong with a definition, empty when it may be published. Static checks first; only a definition that
 * passes them is run, so that a hostile one never reaches the engine. The largest shipped one takes about a second.
 */
export async function checkDefinition(xml: string): Promise<Finding[]> {
  if (xml.length > charactersMax) return [finding("too-large", null, `${xml.length} > ${charactersMax}`)];
  const model = await readModel(xml);
  if ("code" in model) return [model];
  const contract = processContract(model.process.id ?? "");
  const found = [
    ...(contract === null ? [finding("process-key", model.process.id, model.process.id ?? "")] : []),
    ...checkSafety(model),
    ...checkElements(model, contract),
    ...checkFlows(model),
    ...checkLayout(model),
    ...(await lintDiagram(model)),
  ];
  if (found.some(blocksExploration)) return found;
  return [...found, ...(await soundness(model, xml))];
}

async function soundness(model: CheckedModel, xml: string): Promise<Finding[]> {
  try {
    const definition = await loadDefinition(xml);
    return checkSoundness(model, explorePositions(definition), definition.steps);
  } catch (error) {
    // The very first step fails: no event of ours is to blame, the diagram has no way from its start.
    return [finding("no-way", model.process.id, error instanceof Error ? error.message : String(error))];
  }
}

async function readModel(xml: string): Promise<CheckedModel | Finding> {
  try {
    const parsed = await parseBpmn(xml);
    const [warning] = parsed.warnings;
    if (warning !== undefined)
      return finding("not-parseable", warning.element?.id, firstLine(warning.message));
    return checkedModel(parsed);
  } catch (error) {
    return finding("not-parseable", null, firstLine(error instanceof Error ? error.message : String(error)));
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
