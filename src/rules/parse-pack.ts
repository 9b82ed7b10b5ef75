import { z } from "zod";
import { type PlacedJson, parsePlaced } from "./json-places.ts";
import { type Pack, packSchema } from "./pack-schema.ts";
import { RuleError } from "./rule-error.ts";

const largestPackCharacters = 2 * 1024 * 1024;
const limits = { maxDepth: 40, maxValues: 100_000 };

export interface ParsedPack {
  readonly pack: Pack;
  readonly lines: ReadonlyMap<string, number>;
}

/**
 * Parses and validates the text of a pack without trusting it: size and nesting are bounded before anything is parsed,
 * names may occur once, unknown keys are refused, every number is bounded.
 * @throws RuleError `pack.invalid`; the message gives file, place and reason.
 */
export function parsePack(text: string, name: string): ParsedPack {
  const tooLong = text.length > largestPackCharacters;
  if (tooLong)
    throw invalidPack({ name, place: "", reason: `文件超过 ${largestPackCharacters / 1024 / 1024} MB` });
  const { value, lines } = placed(text, name);
  const parsed = packSchema.safeParse(value, { error: chineseErrors });
  if (parsed.success) return { pack: parsed.data, lines };
  const { place, reason } = deepest(parsed.error.issues, []);
  throw invalidPack({ name, place, reason, line: lineOf(lines, place) });
}

const chineseErrors = z.locales.zhCN().localeError;

function placed(text: string, name: string): PlacedJson {
  try {
    return parsePlaced(text, limits);
  } catch (error) {
    if (error instanceof RuleError) throw invalidPack({ name, place: "", reason: error.message });
    throw error;
  }
}

/** The line of a place, or of the nearest one around it. */
export function lineOf(lines: ReadonlyMap<string, number>, place: string): number {
  let path = place;
  while (path !== "") {
    const line = lines.get(path);
    if (line !== undefined) return line;
    path = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  }
  return 1;
}

/** An error about a pack: in which file, where, and why. */
export function invalidPack(about: {
  name: string;
  place: string;
  reason: string;
  line?: number;
}): RuleError {
  const line = about.line === undefined ? "" : ` 第 ${about.line} 行`;
  const where = about.place === "" ? about.name : `${about.name}${line} /${about.place}`;
  return new RuleError({
    code: "pack.invalid",
    message: `规则包 ${where}：${about.reason}`,
    messageEn: `Pack ${about.name} is invalid at /${about.place}`,
    facts: [],
  });
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of an object: the names that it may not have. */
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
}

/** Of the alternatives of a union, the reader wants the one that fits best: the one whose first fault lies deepest. */
function deepest(
  issues: readonly Issue[],
  base: readonly PropertyKey[],
): { place: string; reason: string; depth: number } {
  const [issue] = issues;
  const path = [...base, ...(issue?.path ?? [])];
  const own = { place: path.map(String).join("/"), reason: issue?.message ?? "格式不符", depth: path.length };
  const strange = unknownToAll(issue?.errors ?? []);
  if (strange.length > 0)
    return { ...own, reason: `没有“${strange.join("、")}”这种写法`, depth: path.length + 1 };
  const inner = (issue?.errors ?? []).map((alternative) => deepest(alternative, path));
  return inner.reduce((best, one) => (one.depth > best.depth ? one : best), own);
}

/** Names that no alternative of a union knows: then it fits none, and what the first one misses would only mislead. */
function unknownToAll(alternatives: readonly (readonly Issue[])[]): string[] {
  const [first, ...others] = alternatives
    .filter((issues) => issues.some(({ path, keys }) => path.length > 0 || keys !== undefined))
    .map((issues) => issues.flatMap(({ path, keys }) => (path.length === 0 ? (keys ?? []) : [])));
  return (first ?? []).filter((key) => others.every((keys) => keys.includes(key)));
}
