import { BSONRegExp, type Value } from "../bson/values.ts";
import { badValue, DatabaseError, notImplemented } from "../errors.ts";
import type { ValueTest } from "./compare-test.ts";

/**
 * A PCRE pattern as a JavaScript one. Constructs that JavaScript lacks are refused, never approximated.
 */
export function toRegExp(pattern: string, options: string): RegExp {
  let source = pattern;
  let letters = options;
  const inline = /^\(\?([imsx]+)\)/.exec(source);
  if (inline) {
    source = source.slice(inline[0].length);
    letters += inline[1];
  }
  if (/[^imsxu]/.test(letters)) throw badValue(`invalid flag in regex options: ${letters}`);
  if (letters.includes("x")) throw notImplemented("the regular expression option x");
  if (/\\[AzZGKhHRQE]|\(\?[>|#&P]|\[\[:|[*+?}]\+/.test(source)) {
    throw notImplemented(`the PCRE syntax of /${source}/`);
  }
  const flags = [...new Set(letters.replace("u", ""))].join("");
  return build(source, flags);
}

/** Code points, as PCRE in UTF mode sees them; patterns with needless escapes only parse without. */
function build(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    try {
      return new RegExp(source, flags);
    } catch (error) {
      throw new DatabaseError(
        51091,
        `Regular expression is invalid: ${error instanceof Error ? error.message : ""}`,
      );
    }
  }
}

/** Test of a value against a pattern: strings by search, regex values by identity. */
export function compileRegex(pattern: Value, options: string | null): ValueTest {
  const isRegex = pattern instanceof BSONRegExp;
  if (!isRegex && typeof pattern !== "string") throw badValue("$regex has to be a string");
  const source = isRegex ? pattern.pattern : pattern;
  const letters = options ?? (isRegex ? pattern.options : "");
  const regex = toRegExp(source, letters);
  return (value) => {
    if (typeof value === "string") return regex.test(value);
    return value instanceof BSONRegExp && value.pattern === source && value.options === letters;
  };
}
