import { type Pack, packSchema } from "./pack-schema.ts";
import { RuleError } from "./rule-error.ts";

const largestPackBytes = 2 * 1024 * 1024;
const deepestNesting = 40;

/**
 * Parses and validates the text of a pack without trusting it: size and nesting are bounded before anything is parsed,
 * unknown keys are refused, every number is bounded.
 * @throws RuleError `pack.invalid`; the message gives file, place and reason.
 */
export function parsePack(text: string, name: string): Pack {
  if (text.length > largestPackBytes)
    throw invalid(name, "", `文件超过 ${largestPackBytes / 1024 / 1024} MB`);
  if (nesting(text) > deepestNesting) throw invalid(name, "", `嵌套超过 ${deepestNesting} 层`);
  const parsed = packSchema.safeParse(parseJson(text, name));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(name, (issue?.path ?? []).join("/"), issue?.message ?? "格式不符");
}

/** An error about a pack: where in which file, and why. */
export function invalid(name: string, place: string, reason: string): RuleError {
  const where = place === "" ? name : `${name} /${place}`;
  return new RuleError({
    code: "pack.invalid",
    message: `规则包 ${where}：${reason}`,
    messageEn: `Pack ${where}: ${reason}`,
    facts: [],
  });
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(name, "", `不是有效的 JSON（${error instanceof Error ? error.message : "error"}）`);
  }
}

/** The deepest nesting of arrays and objects; brackets inside of strings do not count. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 92) index++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) deepest = Math.max(deepest, ++depth);
    else if (code === 125 || code === 93) depth--;
  }
  return deepest;
}
