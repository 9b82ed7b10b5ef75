import { type Doc, isDoc, isTruthy, type Missing, RawDoc, type Value } from "../bson/values.ts";
import { badValue, DatabaseError, failedToParse, notImplemented } from "../errors.ts";
import { toDoc } from "../bson/decode.ts";

/** What an expression sees: the document, and variables by name (without `$$`). */
export interface Scope {
  root: Doc;
  variables: ReadonlyMap<string, Value | Missing>;
}

export type Evaluate = (scope: Scope) => Value | Missing;

/** What is known while compiling: which variables exist, which top-level fields are used. */
export interface Compiling {
  /** Top-level fields used so far; `all` when the whole document is. */
  fields: Set<string>;
  all: boolean;
  variables: ReadonlySet<string>;
  compile(expression: Value): Evaluate;
  /** Compiles with more variables in sight. */
  within(names: readonly string[]): Compiling;
}

export type Operator = (argument: Value, compiling: Compiling) => Evaluate;

/** Filled by the operator modules through `compileExpression`'s caller, so that no module imports in a circle. */
export type OperatorTable = ReadonlyMap<string, Operator>;

/** Operators of MongoDB 7 that are left out. */
const REFUSED = new Set(
  `$accumulator $acos $acosh $allElementsTrue $anyElementTrue $arrayToObject $asin $asinh $atan $atan2 $atanh
  $binarySize $bitAnd $bitNot $bitOr $bitXor $bsonSize $convert $cos $cosh $dateAdd $dateDiff $dateFromParts
  $dateFromString $dateSubtract $dateToParts $dateToString $dateTrunc $dayOfWeek $dayOfYear
  $degreesToRadians $exp $firstN $function $hour $indexOfArray $indexOfBytes $indexOfCP $isoDayOfWeek
  $isoWeek $isoWeekYear $lastN $ln $log $log10 $ltrim $maxN $median $meta $millisecond $minN $minute
  $objectToArray $percentile $pow $radiansToDegrees $range $reduce $regexFind $regexFindAll $regexMatch
  $replaceAll $replaceOne $reverseArray $round $rtrim $sampleRate $second $setDifference $setEquals
  $setIntersection $setIsSubset $setUnion $sin $sinh $slice $sortArray $split $sqrt $stdDevPop $stdDevSamp
  $strLenBytes $strLenCP $strcasecmp $substr $substrBytes $substrCP $tan $tanh $toBool $toDate $toDecimal
  $toDouble $toHashedIndexKey $toInt $toLong $trim $trunc $tsIncrement $tsSecond $week $zip`.split(/\s+/),
);

export interface Compiled {
  evaluate: Evaluate;
  /** Top-level fields it reads; null for any. */
  fields: ReadonlySet<string> | null;
}

/** Compiles an aggregation expression. Throws for unknown operators (168) and refused ones (238). */
export function compileExpression(
  expression: Value,
  operators: OperatorTable,
  variables: Iterable<string> = [],
): Compiled {
  const compiling = newCompiling(operators, new Set(["ROOT", "CURRENT", "NOW", "REMOVE", ...variables]));
  const evaluate = compiling.compile(expression);
  return { evaluate, fields: compiling.all ? null : compiling.fields };
}

function newCompiling(
  operators: OperatorTable,
  variables: ReadonlySet<string>,
  parent?: Compiling,
): Compiling {
  const compiling: Compiling = {
    fields: parent?.fields ?? new Set(),
    all: false,
    variables,
    compile: (expression) => compileValue(expression, compiling, operators),
    within: (names) => newCompiling(operators, new Set([...variables, ...names]), compiling),
  };
  if (parent) {
    Object.defineProperty(compiling, "all", {
      get: () => parent.all,
      set: (all: boolean) => {
        parent.all = all;
      },
    });
  }
  return compiling;
}

function compileValue(expression: Value, compiling: Compiling, operators: OperatorTable): Evaluate {
  if (typeof expression === "string" && expression.startsWith("$"))
    return compileReference(expression, compiling);
  if (Array.isArray(expression)) {
    const items = expression.map((item) => compiling.compile(item));
    return (scope) => items.map((item) => item(scope) ?? null);
  }
  if (expression instanceof RawDoc) return compileValue(toDoc(expression), compiling, operators);
  if (!isDoc(expression)) return () => expression;
  const first = expression.keys().next();
  if (!first.done && first.value.startsWith("$"))
    return compileOperator(expression, first.value, { compiling, operators });
  return compileObject(expression, compiling);
}

function compileOperator(
  expression: Doc,
  name: string,
  { compiling, operators }: { compiling: Compiling; operators: OperatorTable },
): Evaluate {
  if (expression.size > 1) {
    throw new DatabaseError(
      15983,
      `An object representing an expression must have exactly one field: { ${[...expression.keys()].join(", ")} }`,
    );
  }
  const operator = operators.get(name);
  if (operator) return operator(expression.get(name) as Value, compiling);
  if (REFUSED.has(name)) throw notImplemented(name);
  throw new DatabaseError("InvalidPipelineOperator", `Unrecognized expression '${name}'`);
}

function compileObject(expression: Doc, compiling: Compiling): Evaluate {
  const fields = [...expression].map(([name, value]) => {
    if (name.includes(".")) throw new DatabaseError(16412, "FieldPath field names may not contain '.'.");
    return [name, compiling.compile(value)] as const;
  });
  return (scope) => {
    const doc: Doc = new Map();
    for (const [name, evaluate] of fields) {
      const value = evaluate(scope);
      if (value !== undefined) doc.set(name, value);
    }
    return doc;
  };
}

function compileReference(reference: string, compiling: Compiling): Evaluate {
  if (!reference.startsWith("$$")) {
    const parts = fieldParts(reference.slice(1));
    compiling.fields.add(parts[0] as string);
    if (parts.length === 1) return ({ root }) => root.get(parts[0] as string);
    return ({ root }) => follow(root, parts, 0);
  }
  const [name, ...rest] = fieldParts(reference.slice(2)) as [string, ...string[]];
  if (!compiling.variables.has(name)) {
    throw new DatabaseError(17276, `Use of undefined variable: ${name}`);
  }
  if (name === "REMOVE") return () => undefined;
  if (name === "ROOT" || name === "CURRENT") {
    compiling.all = true;
    return ({ root }) => follow(root, rest, 0);
  }
  return ({ variables }) => follow(variables.get(name), rest, 0);
}

function fieldParts(path: string): string[] {
  const parts = path.split(".");
  if (parts.some((part) => part === ""))
    throw new DatabaseError(40353, "FieldPath must not end with a '.' or hold an empty name.");
  if (parts.some((part) => part.startsWith("$")))
    throw new DatabaseError(
      16410,
      `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
    );
  return parts;
}

/** A path in an expression spreads over arrays and leaves out what lacks the field. */
export function follow(value: Value | Missing, parts: readonly string[], at: number): Value | Missing {
  if (at === parts.length) return value;
  if (isDoc(value)) return follow(value.get(parts[at] as string), parts, at + 1);
  if (!Array.isArray(value)) return undefined;
  const found: Value[] = [];
  for (const item of value) {
    if (!isDoc(item) && !Array.isArray(item)) continue;
    const one = follow(item, parts, at);
    if (one !== undefined) found.push(one);
  }
  return found;
}

/** Arguments of an operator that takes a fixed number of them; a single one may stand without an array. */
export function argumentsOf(
  argument: Value,
  compiling: Compiling,
  { name, least, most }: { name: string; least: number; most: number },
): Evaluate[] {
  const list = Array.isArray(argument) ? argument : [argument];
  if (list.length < least || list.length > most) {
    const wanted = least === most ? `exactly ${least}` : `at least ${least} and at most ${most}`;
    throw new DatabaseError(
      least === most ? 16020 : 28667,
      `Expression ${name} takes ${wanted} arguments. ${list.length} were passed in.`,
    );
  }
  return list.map((item) => compiling.compile(item));
}

/** Named arguments `{ input: ..., as: ... }`. Throws FailedToParse for unknown or missing ones. */
export function namedArguments(
  argument: Value,
  name: string,
  names: { required: string[]; optional?: string[] },
): Doc {
  if (!isDoc(argument)) throw failedToParse(`${name} only supports an object as its argument`);
  for (const given of argument.keys()) {
    if (!names.required.includes(given) && !names.optional?.includes(given))
      throw badValue(`Unrecognized parameter to ${name}: ${given}`);
  }
  for (const needed of names.required)
    if (!argument.has(needed)) throw badValue(`Missing '${needed}' parameter to ${name}`);
  return argument;
}

/** Test for `$expr` and `$cond`. */
export function truth(evaluate: Evaluate): (scope: Scope) => boolean {
  return (scope) => isTruthy(evaluate(scope));
}
