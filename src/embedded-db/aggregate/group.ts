import { compareValues } from "../bson/compare.ts";
import { toFields } from "../bson/decode.ts";
import { valueKey } from "../bson/key.ts";
import { arithmetic, divide, type Numeric } from "../bson/numbers.ts";
import { type Doc, int, integer, isDoc, isNumber, type Missing, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse, notImplemented } from "../errors.ts";

import type { Evaluate } from "../expressions/compile.ts";
import { compileWith, type Variables } from "../expressions/table.ts";
import { estimate, Held, type Stream } from "../query/stream.ts";
import { PAUSE } from "../storage/view.ts";

/** One accumulator of one group. */
interface Accumulator {
  add(value: Value | Missing): void;
  result(): Value | Missing;
}

function sum(): Accumulator {
  let total: Numeric = int(0);
  return {
    add(value) {
      if (isNumber(value)) total = arithmetic("add", [total, value]);
    },
    result: () => total,
  };
}

function average(): Accumulator {
  let total: Numeric = int(0);
  let count = 0;
  return {
    add(value) {
      if (!isNumber(value)) return;
      total = arithmetic("add", [total, value]);
      count++;
    },
    result: () => (count === 0 ? null : divide(total, int(count))),
  };
}

function extreme(sign: number): () => Accumulator {
  return () => {
    let best: Value | Missing;
    return {
      add(value) {
        if (value === undefined || value === null) return;
        if (best === undefined || sign * compareValues(value, best) > 0) best = value;
      },
      result: () => best ?? null,
    };
  };
}

function first(): Accumulator {
  let value: Value | null = null;
  let taken = false;
  return {
    add(next) {
      if (!taken) value = next ?? null;
      taken = true;
    },
    result: () => value,
  };
}

function last(): Accumulator {
  let value: Value | null = null;
  return {
    add(next) {
      value = next ?? null;
    },
    result: () => value,
  };
}

function push(held: Held): Accumulator {
  const items: Value[] = [];
  return {
    add(value) {
      if (value === undefined) return;
      held.addBytes(estimate(value));
      items.push(value);
    },
    result: () => items,
  };
}

function addToSet(held: Held): Accumulator {
  const items = new Map<string, Value>();
  return {
    add(value) {
      if (value === undefined) return;
      const key = valueKey(value);
      if (items.has(key)) return;
      held.addBytes(key.length + estimate(value));
      items.set(key, value);
    },
    result: () => [...items.values()],
  };
}

function count(): Accumulator {
  let total = 0;
  return {
    add() {
      total++;
    },
    result: () => integer(total),
  };
}

function mergeObjects(): Accumulator {
  const merged: Doc = new Map();
  return {
    add(value) {
      if (value === undefined || value === null) return;
      if (!isDoc(value)) throw new DatabaseError(40400, "$mergeObjects requires object inputs");
      for (const [name, item] of value) merged.set(name, item);
    },
    result: () => merged,
  };
}

const ACCUMULATORS: Record<string, ((held: Held) => Accumulator) | undefined> = {
  $sum: sum,
  $avg: average,
  $min: extreme(-1),
  $max: extreme(1),
  $first: first,
  $last: last,
  $push: push,
  $addToSet: addToSet,
  $count: count,
  $mergeObjects: mergeObjects,
};

const REFUSED = new Set(
  "$accumulator $bottom $bottomN $firstN $lastN $maxN $minN $median $percentile $stdDevPop $stdDevSamp $top $topN".split(
    " ",
  ),
);

interface Output {
  name: string;
  evaluate: Evaluate;
  make: (held: Held) => Accumulator;
}

interface Grouping {
  key: Evaluate;
  outputs: Output[];
  fields: ReadonlySet<string> | null;
}

/** Parses `{ _id: ..., total: { $sum: ... } }`. */
export function parseGroup(spec: Value, variables: Variables): Grouping {
  if (!isDoc(spec)) throw new DatabaseError(15947, "a group's fields must be specified in an object");
  const id = spec.get("_id");
  if (id === undefined) throw new DatabaseError(15955, "a group specification must include an _id");
  const key = compileWith(id, variables);
  const parts = [...spec]
    .filter(([name]) => name !== "_id")
    .map(([name, value]) => parseOutput(name, value, variables));
  const used = [key.fields, ...parts.map((part) => part.fields)];
  const fields = used.some((one) => one === null) ? null : new Set(used.flatMap((one) => [...(one ?? [])]));
  return { key: key.evaluate, outputs: parts.map((part) => part.output), fields };
}

function parseOutput(
  name: string,
  value: Value,
  variables: Variables,
): { output: Output; fields: ReadonlySet<string> | null } {
  if (name.includes(".")) throw new DatabaseError(40235, `The field name '${name}' cannot contain '.'`);
  if (!isDoc(value) || value.size !== 1)
    throw new DatabaseError(40234, `The field '${name}' must be an accumulator object`);
  const [[operator, argument]] = [...value] as [[string, Value]];
  const make = ACCUMULATORS[operator];
  if (!make) {
    throw REFUSED.has(operator)
      ? notImplemented(`the accumulator ${operator}`)
      : new DatabaseError(15952, `unknown group operator '${operator}'`);
  }
  if (operator === "$count" && !(isDoc(argument) && argument.size === 0))
    throw failedToParse("$count takes no arguments, i.e. $count: {}");
  const { evaluate, fields } = compileWith(operator === "$count" ? null : argument, variables);
  return { output: { name, evaluate, make }, fields };
}

interface Group {
  id: Value;
  accumulators: Accumulator[];
}

function groupOf(
  groups: Map<string, Group>,
  id: Value,
  { outputs, held }: { outputs: Output[]; held: Held },
): Group {
  const text = typeof id === "string" ? `s${id}` : valueKey(id);
  const known = groups.get(text);
  if (known) return known;
  const group: Group = { id, accumulators: outputs.map(({ make }) => make(held)) };
  held.addBytes(text.length + 96 + outputs.length * 64);
  groups.set(text, group);
  return group;
}

/** Groups a stream; holds one entry a group. */
export function* groupStream(
  input: Stream,
  { key, outputs, fields }: Grouping,
  variables: Variables,
): Generator<Doc | typeof PAUSE, void, undefined> {
  const held = new Held("$group");
  const groups = new Map<string, Group>();
  for (const row of input) {
    if (row === PAUSE) {
      yield PAUSE;
      continue;
    }
    const scope = { root: toFields(row, fields), variables };
    const { accumulators } = groupOf(groups, key(scope) ?? null, { outputs, held });
    for (let i = 0; i < outputs.length; i++) accumulators[i]?.add(outputs[i]?.evaluate(scope));
  }
  for (const group of groups.values()) yield resultOf(group, outputs);
}

function resultOf({ id, accumulators }: Group, outputs: Output[]): Doc {
  const doc: Doc = new Map([["_id", id]]);
  for (const [i, { name }] of outputs.entries()) doc.set(name, accumulators[i]?.result() ?? null);
  return doc;
}
