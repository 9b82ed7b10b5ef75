import { toDoc } from "../bson/decode.ts";
import { type Doc, isDoc, type Missing, RawDoc, type Value } from "../bson/values.ts";
import { badValue, DatabaseError, failedToParse, notImplemented } from "../errors.ts";

/** Values of variables by name, without the `$$`. */
export type Variables = ReadonlyMap<string, Value | Missing>;

/** A compiled expression: its value for a document. */
export type Evaluate = (root: Doc, variables: Variables) => Value | Missing;

/** Compiles the use of one operator. */
export type Operator = (argument: Value, compiler: Compiler) => Evaluate;

/** Which arguments an operator has: so many of them, any number (null), or these by name. */
export type Arity = number | null | string[];

/** Operators of MongoDB 7 that are left out. */
const REFUSED = new Set(
  `$abs $accumulator $acos $acosh $allElementsTrue $anyElementTrue $arrayToObject $asin $asinh $atan $atan2 $atanh
  $binarySize $bitAnd $bitNot $bitOr $bitXor $bsonSize $ceil $convert $cos $cosh $dateAdd $dateDiff $dateFromParts
  $dateFromString $dateSubtract $dateToParts $dateToString $dateTrunc $dayOfWeek $dayOfYear $degreesToRadians $exp
  $firstN $floor $function $getField $hour $indexOfArray $indexOfBytes $indexOfCP $isoDayOfWeek $isoWeek
  $isoWeekYear $lastN $ln $log $log10 $ltrim $maxN $median $meta $millisecond $minN $minute $mod $objectToArray
  $percentile $pow $radiansToDegrees $range $reduce $regexFind $regexFindAll $regexMatch $replaceAll $replaceOne
  $reverseArray $round $rtrim $sampleRate $second $setDifference $setEquals $setIntersection $setIsSubset $setUnion
  $sin $sinh $slice $sortArray $split $sqrt $stdDevPop $stdDevSamp $strLenBytes $strLenCP $strcasecmp $substr
  $substrBytes $substrCP $tan $tanh $toBool $toDate $toDecimal $toDouble $toHashedIndexKey $toInt $toLong
  $toObjectId $trim $trunc $tsIncrement $tsSecond $unsetField $week $zip`.split(/\s+/),
);

/** Compiles expressions, and notes which fields they read. */
export class Compiler {
  /** Top-level fields read so far; null when the whole document is. */
  fields: Set<string> | null = new Set();
  readonly #operators: ReadonlyMap<string, Operator>;
  #variables: ReadonlySet<string>;

  constructor(operators: ReadonlyMap<string, Operator>, variables: Iterable<string>) {
    this.#operators = operators;
    this.#variables = new Set(["ROOT", "CURRENT", "NOW", "REMOVE", ...variables]);
  }

  /** Throws for unknown operators (168) and refused ones (238). */
  compile(expression: Value): Evaluate {
    if (typeof expression === "string" && expression.startsWith("$")) return this.#reference(expression);
    if (expression instanceof RawDoc) return this.compile(toDoc(expression));
    if (Array.isArray(expression)) {
      const items = expression.map((item) => this.compile(item));
      return (root, variables) => items.map((item) => item(root, variables) ?? null);
    }
    if (!isDoc(expression)) return () => expression;
    const [first] = expression.keys();
    return first?.startsWith("$") ? this.#operator(first, expression) : this.#object(expression);
  }

  /** Compiles with more variables in sight. */
  within(names: readonly string[], expression: Value): Evaluate {
    const outer = this.#variables;
    this.#variables = new Set([...outer, ...names]);
    const evaluate = this.compile(expression);
    this.#variables = outer;
    return evaluate;
  }

  /** The arguments of an operator; a single one may stand without an array. */
  list(name: string, argument: Value, arity: Arity): Evaluate[] {
    if (Array.isArray(arity)) {
      const parts = namedArguments(argument, name, { required: arity });
      return arity.map((part) => this.compile(parts.get(part) as Value));
    }
    const items = Array.isArray(argument) ? argument : [argument];
    if (arity !== null && items.length !== arity)
      throw new DatabaseError(
        16020,
        `Expression ${name} takes exactly ${arity} arguments. ${items.length} were passed in.`,
      );
    return items.map((item) => this.compile(item));
  }

  #reference(reference: string): Evaluate {
    const path = fieldParts(reference.replace(/^\$\$?/, ""));
    const [name, ...rest] = path as [string, ...string[]];
    if (!reference.startsWith("$$")) {
      this.fields?.add(name);
      return rest.length === 0 ? (root) => root.get(name) : (root) => follow(root, path);
    }
    if (!this.#variables.has(name)) throw new DatabaseError(17276, `Use of undefined variable: ${name}`);
    if (name !== "ROOT" && name !== "CURRENT") return (_root, variables) => follow(variables.get(name), rest);
    this.fields = null;
    return (root) => follow(root, rest);
  }

  #operator(name: string, expression: Doc): Evaluate {
    if (expression.size > 1)
      throw new DatabaseError(
        15983,
        `An expression must have exactly one field, found: ${[...expression.keys()]}`,
      );
    const operator = this.#operators.get(name);
    if (operator) return operator(expression.get(name) as Value, this);
    if (REFUSED.has(name)) throw notImplemented(name);
    throw new DatabaseError("InvalidPipelineOperator", `Unrecognized expression '${name}'`);
  }

  #object(expression: Doc): Evaluate {
    const fields = [...expression].map(([name, value]) => {
      if (name.includes(".")) throw new DatabaseError(16412, "FieldPath field names may not contain '.'.");
      return [name, this.compile(value)] as const;
    });
    return (root, variables) => {
      const doc: Doc = new Map();
      for (const [name, evaluate] of fields) setField(doc, name, evaluate(root, variables));
      return doc;
    };
  }
}

/** Parts of a dotted path in an expression or of a computed field. */
export function fieldParts(path: string): string[] {
  const parts = path.split(".");
  if (parts.includes(""))
    throw new DatabaseError(40353, "FieldPath must not end with a '.' or hold an empty name.");
  if (parts.some((part) => part.startsWith("$")))
    throw new DatabaseError(16410, "FieldPath field names may not start with '$'.");
  return parts;
}

/** A path in an expression spreads over arrays and leaves out what lacks the field. */
function follow(value: Value | Missing, parts: readonly string[], at = 0): Value | Missing {
  if (at === parts.length) return value;
  if (isDoc(value)) return follow(value.get(parts[at] as string), parts, at + 1);
  if (!Array.isArray(value)) return undefined;
  const items = value.map((item) =>
    isDoc(item) || Array.isArray(item) ? follow(item, parts, at) : undefined,
  );
  return items.filter((item) => item !== undefined);
}

/** Sets a field, or removes it when the value is missing. */
export function setField(doc: Doc, name: string, value: Value | Missing): Doc {
  if (value === undefined) doc.delete(name);
  else doc.set(name, value);
  return doc;
}

/** Arguments by name, as `{ input: ..., as: ... }`, of an operator or a stage. Throws for unknown or missing ones. */
export function namedArguments(
  argument: Value,
  name: string,
  { required, optional = [] }: { required: string[]; optional?: string[] },
): Doc {
  if (!isDoc(argument)) throw failedToParse(`${name} only supports an object as its argument`);
  for (const given of argument.keys())
    if (!required.includes(given) && !optional.includes(given))
      throw badValue(`Unrecognized parameter to ${name}: ${given}`);
  for (const needed of required)
    if (!argument.has(needed)) throw badValue(`Missing '${needed}' parameter to ${name}`);
  return argument;
}
