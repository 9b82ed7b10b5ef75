import { BSON, Binary, type Document, Long, ObjectId } from "mongodb";

export interface Entities {
  get(name: string): unknown;
}

export class Mismatch extends Error {}

const TYPE_TESTS: Record<string, (value: unknown) => boolean> = {
  binData: (v) => v instanceof Binary || v instanceof Uint8Array,
  bool: (v) => typeof v === "boolean",
  date: (v) => v instanceof Date,
  double: (v) => typeof v === "number",
  int: (v) => Number.isInteger(Number(v)),
  long: (v) => v instanceof Long || Number.isInteger(Number(v)),
  number: (v) => typeof v === "number" || v instanceof Long,
  object: (v) => typeof v === "object" && v !== null && !Array.isArray(v),
  array: (v) => Array.isArray(v),
  objectId: (v) => v instanceof ObjectId,
  string: (v) => typeof v === "string",
  null: (v) => v === null,
  decimal: (v) => typeof v === "object" && v !== null && "_bsontype" in v && v._bsontype === "Decimal128",
  timestamp: (v) => typeof v === "object" && v !== null && "_bsontype" in v && v._bsontype === "Timestamp",
};

function isPlain(value: unknown): value is Document {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !("_bsontype" in value) &&
    !(value instanceof Uint8Array)
  );
}

const show = (value: unknown): string => {
  try {
    return BSON.EJSON.stringify(value as Document);
  } catch {
    return String(value);
  }
};

/** Whether an actual value is what a unified test expects. Throws Mismatch with the place. */
export function match(
  expected: unknown,
  actual: unknown,
  at: { path: string; root: boolean; entities: Entities },
): void {
  if (isPlain(expected)) {
    const [operator] = Object.keys(expected);
    if (operator?.startsWith("$$") && Object.keys(expected).length === 1)
      return matchOperator(operator, expected[operator], { ...at, actual });
    if (!isPlain(actual)) throw new Mismatch(`${at.path}: expected ${show(expected)}, got ${show(actual)}`);
    for (const [key, value] of Object.entries(expected))
      match(value, key in actual ? actual[key] : undefined, {
        ...at,
        path: `${at.path}.${key}`,
        root: false,
      });
    if (!at.root) {
      for (const key of Object.keys(actual)) {
        if (!(key in expected) && actual[key] !== undefined)
          throw new Mismatch(`${at.path}: unexpected field ${key} = ${show(actual[key])}`);
      }
    }
    return;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length)
      throw new Mismatch(`${at.path}: expected ${show(expected)}, got ${show(actual)}`);
    for (const [i, item] of expected.entries())
      match(item, actual[i], { ...at, path: `${at.path}[${i}]`, root: at.root });
    return;
  }
  if (!sameValue(expected, actual))
    throw new Mismatch(`${at.path}: expected ${show(expected)}, got ${show(actual)}`);
}

function sameValue(a: unknown, b: unknown): boolean {
  if ((typeof a === "number" || a instanceof Long) && (typeof b === "number" || b instanceof Long))
    return Number(a) === Number(b);
  if (a === undefined || b === undefined || a === null || b === null) return a === b;
  if (typeof a !== typeof b) return false;
  return typeof a === "object" ? show(a) === show(b) : a === b;
}

function matchOperator(
  operator: string,
  argument: unknown,
  { actual, ...at }: { actual: unknown; path: string; root: boolean; entities: Entities },
): void {
  const fail = (): never => {
    throw new Mismatch(`${at.path}: ${operator} ${show(argument)}, got ${show(actual)}`);
  };
  switch (operator) {
    case "$$exists":
      if ((actual !== undefined) !== argument) fail();
      return;
    case "$$type":
      if (![argument].flat().some((type) => TYPE_TESTS[String(type)]?.(actual))) fail();
      return;
    case "$$unsetOrMatches":
      if (actual !== undefined && actual !== null) match(argument, actual, at);
      return;
    case "$$matchesEntity":
      return match(at.entities.get(String(argument)), actual, at);
    case "$$matchesHexBytes":
      if (!(actual instanceof Uint8Array) || Buffer.from(actual).toString("hex") !== argument) fail();
      return;
    case "$$sessionLsid": {
      const session = at.entities.get(String(argument)) as { id?: unknown };
      if (show(session.id) !== show(actual)) fail();
      return;
    }
    case "$$lte":
      if (!(Number(actual) <= Number(argument))) fail();
      return;
    default:
      throw new Mismatch(`${at.path}: unknown operator ${operator}`);
  }
}
