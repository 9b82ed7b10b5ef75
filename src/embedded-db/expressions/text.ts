import { compareText } from "../bson/compare.ts";
import {
  BSONRegExp,
  int,
  Int32,
  isNumber,
  type Missing,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { toRegExp } from "../matcher/regex.ts";
import { fixed, isNull } from "./basic.ts";
import { namedArguments, type Operator } from "./compile.ts";

type Values = (Value | Missing)[];

/** Text of a string, number or date. Throws 16007 for others; empty for null and missing. */
export function text(name: string, value: Value | Missing): string {
  if (isNull(value)) return "";
  if (typeof value === "string") return value;
  if (isNumber(value)) return numberText(value);
  if (value instanceof Date) return value.toISOString();
  throw new DatabaseError(16007, `can't convert from BSON type ${typeName(value)} to String (${name})`);
}

function numberText(value: Value): string {
  if (value instanceof Int32) return String(value.value);
  return String(value);
}

function concat(values: Values): Value {
  if (values.some(isNull)) return null;
  return values
    .map((value) => {
      if (typeof value !== "string")
        throw new DatabaseError(16702, `$concat only supports strings, not ${typeName(value)}`);
      return value;
    })
    .join("");
}

function needString(name: string, value: Value | Missing): string {
  if (typeof value !== "string")
    throw new DatabaseError(34471, `${name} requires a string argument, found: ${typeName(value)}`);
  return value;
}

function split([value, by]: Values): Value {
  if (isNull(value) || isNull(by)) return null;
  const separator = needString("$split", by);
  if (separator === "") throw new DatabaseError(40087, "$split requires a non-empty separator");
  return needString("$split", value).split(separator);
}

/** By code points, or by bytes of UTF-8 that must fall on their borders. */
function substring(name: string, bytes: boolean): [string, Operator] {
  return fixed(name, 3, ([value, start, length]) => {
    const whole = text(name, value);
    const [from, count] = [toNumber(start), toNumber(length)];
    if (from < 0) throw new DatabaseError(50752, `${name}: starting index must be non-negative`);
    if (!bytes) return [...whole].slice(from, from + Math.max(0, count)).join("");
    const buffer = Buffer.from(whole, "utf8");
    const end = count < 0 ? buffer.length : Math.min(buffer.length, from + count);
    const inside = (at: number) => ((buffer[at] ?? 0) & 0xc0) === 0x80;
    if (inside(from) || inside(end))
      throw new DatabaseError(
        28656,
        `${name}: Invalid range, starting or ending in the middle of a UTF-8 character.`,
      );
    return buffer.toString("utf8", from, end);
  });
}

function indexOf(name: string, bytes: boolean): [string, Operator] {
  return fixed(name, [2, 4], ([value, wanted, start, end]) => {
    if (isNull(value)) return null;
    const whole = [...needString(name, value)];
    const from = isNull(start) ? 0 : toNumber(start);
    if (bytes && (from !== 0 || !isNull(end)))
      throw new DatabaseError(238, `${name} with bounds is not supported by the embedded database`);
    const part = whole.slice(from, isNull(end) ? whole.length : toNumber(end)).join("");
    const at = part.indexOf(needString(name, wanted));
    if (at < 0) return int(-1);
    const before = part.slice(0, at);
    return int(bytes ? Buffer.byteLength(before) : from + [...before].length);
  });
}

function trim(name: string, [left, right]: [boolean, boolean]): [string, Operator] {
  return [
    name,
    (argument, compiling) => {
      const parts = namedArguments(argument, name, { required: ["input"], optional: ["chars"] });
      const input = compiling.compile(parts.get("input") as Value);
      const chars = compiling.compile(parts.get("chars") ?? null);
      return (scope) => {
        const value = input(scope);
        if (isNull(value)) return null;
        const set = chars(scope);
        const gone = new Set(
          typeof set === "string"
            ? set
            : "\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a",
        );
        const letters = [...needString(name, value)];
        let from = 0;
        let to = letters.length;
        while (left && from < to && gone.has(letters[from] as string)) from++;
        while (right && to > from && gone.has(letters[to - 1] as string)) to--;
        return letters.slice(from, to).join("");
      };
    },
  ];
}

function replace(name: string, all: boolean): [string, Operator] {
  return [
    name,
    (argument, compiling) => {
      const parts = namedArguments(argument, name, { required: ["input", "find", "replacement"] });
      const items = ["input", "find", "replacement"].map((part) =>
        compiling.compile(parts.get(part) as Value),
      );
      return (scope) => {
        const values = items.map((item) => item(scope));
        if (values.some(isNull)) return null;
        const [input, find, by] = values.map((value) => needString(name, value)) as [string, string, string];
        return all ? input.split(find).join(by) : input.replace(find, () => by);
      };
    },
  ];
}

const regexMatch: Operator = (argument, compiling) => {
  const parts = namedArguments(argument, "$regexMatch", {
    required: ["input", "regex"],
    optional: ["options"],
  });
  const input = compiling.compile(parts.get("input") as Value);
  const pattern = compiling.compile(parts.get("regex") as Value);
  const options = compiling.compile(parts.get("options") ?? null);
  return (scope) => {
    const [value, source, flags] = [input(scope), pattern(scope), options(scope)];
    if (isNull(value) || isNull(source)) return false;
    const regex =
      source instanceof BSONRegExp
        ? toRegExp(source.pattern, source.options || String(flags ?? ""))
        : toRegExp(needString("$regexMatch", source), String(flags ?? ""));
    return regex.test(needString("$regexMatch", value));
  };
};

export const TEXT_OPERATORS: [string, Operator][] = [
  fixed("$concat", [0, Number.POSITIVE_INFINITY], concat),
  fixed("$toUpper", 1, ([value]) =>
    text("$toUpper", value).replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  ),
  fixed("$toLower", 1, ([value]) =>
    text("$toLower", value).replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  ),
  fixed("$strLenCP", 1, ([value]) => int([...needString("$strLenCP", value)].length)),
  fixed("$strLenBytes", 1, ([value]) => int(Buffer.byteLength(needString("$strLenBytes", value)))),
  fixed("$strcasecmp", 2, ([a, b]) =>
    int(Math.sign(compareText(text("", a).toUpperCase(), text("", b).toUpperCase()))),
  ),
  fixed("$split", 2, split),
  substring("$substrCP", false),
  substring("$substrBytes", true),
  substring("$substr", true),
  indexOf("$indexOfCP", false),
  indexOf("$indexOfBytes", true),
  trim("$trim", [true, true]),
  trim("$ltrim", [true, false]),
  trim("$rtrim", [false, true]),
  replace("$replaceOne", false),
  replace("$replaceAll", true),
  ["$regexMatch", regexMatch],
];
