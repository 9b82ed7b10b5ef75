import { type Finding, finding } from "./findings.ts";
import { tagsOf } from "./xml-tags.ts";

/** Of these an element has one at most; the kinds of loop count as one. */
const single: Readonly<Record<string, string>> = {
  multiInstanceLoopCharacteristics: "loopCharacteristics",
  standardLoopCharacteristics: "loopCharacteristics",
  loopCardinality: "loopCardinality",
  completionCondition: "completionCondition",
  conditionExpression: "conditionExpression",
  timeDuration: "timeDuration",
  timeCycle: "timeCycle",
  timeDate: "timeDate",
};

interface Open {
  readonly id: string | null;
  readonly has: Set<string>;
}

/**
 * What an element says twice: the parser keeps the last and forgets the first without a word, so that whoever reads the
 * file with something else reads another process. To be asked of a text that could be parsed.
 */
export function checkRepeats(xml: string): Finding[] {
  const found: Finding[] = [];
  const open: Open[] = [];
  for (const { kind, name, id } of tagsOf(xml)) {
    if (kind === "closes") {
      open.pop();
      continue;
    }
    const parent = open.at(-1) ?? { id: null, has: new Set() };
    found.push(...repeated(parent, name));
    if (kind === "opens") open.push({ id: id ?? parent.id, has: new Set() });
  }
  return found;
}

function repeated({ id, has }: Open, name: string): Finding[] {
  const what = Object.hasOwn(single, name) ? single[name] : undefined;
  if (what === undefined) return [];
  if (has.has(what)) return [finding("repeated", id, what)];
  has.add(what);
  return [];
}
