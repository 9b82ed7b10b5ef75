import { BSONRegExp } from "../bson/values.ts";
import { badValue, DatabaseError, notImplemented } from "../errors.ts";
import type { ValueTest } from "./nodes.ts";

/** PCRE constructs that JavaScript lacks, or reads otherwise: refused, never approximated. */
const PCRE_ONLY = /\\[AzZGKhHRQE]|\(\?[^:=!<]|\[\[:|[*+?}]\+/;

const MAX_PATTERN_BYTES = 32764;

/** A pattern by code points, as PCRE in UTF mode sees it; one with needless escapes only parses without. */
function compile(pattern: string, options: string): RegExp {
  if (Buffer.byteLength(pattern) > MAX_PATTERN_BYTES) throw badValue("Regular expression is too long");
  if (pattern.includes("\0")) throw badValue("Regular expression cannot contain an embedded null byte");
  if (/[^imsxu]/.test(options)) throw badValue(`invalid flag in regex options: ${options}`);
  if (options.includes("x")) throw notImplemented("the regular expression option x");
  if (PCRE_ONLY.test(pattern)) throw notImplemented(`the PCRE syntax of /${pattern}/`);
  const flags = [...new Set(options.replace("u", ""))].join("");
  for (const unicode of ["u", ""]) {
    try {
      return new RegExp(pattern, flags + unicode);
    } catch {
      // The next mode may understand it.
    }
  }
  throw new DatabaseError(51091, `Regular expression is invalid: /${pattern}/`);
}

/** Test of a value against a pattern: strings by search, regex values by identity. */
export function regexTest(pattern: string, options: string): ValueTest {
  const regex = compile(pattern, options);
  return (value) => {
    if (typeof value === "string") return regex.test(value);
    return value instanceof BSONRegExp && value.pattern === pattern && value.options === options;
  };
}
