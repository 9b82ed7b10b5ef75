import { compareValues, valueKey } from "../bson/key.ts";
import { arithmetic, divide } from "../bson/numbers.ts";
import {
  type Doc,
  int,
  isDoc,
  isNumber,
  type Missing,
  type Numeric,
  typeName,
  type Value,
} from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { isNull } from "./operator.ts";

/** Makes one value of many: each is taken into the state, of which the result is made in the end. */
export interface Accumulator<State = unknown> {
  start(): State;
  /** Tells `keep` what it holds on to, for whoever counts memory. */
  step(state: State, value: Value | Missing, keep: (value: Value) => void): State;
  end(state: State): Value;
}

const itself = <T>(state: T): T => state;

function plus(total: Numeric, value: Value | Missing): Numeric {
  return isNumber(value) ? arithmetic("add", [total, value]) : total;
}

const $sum: Accumulator<Numeric> = { start: () => int(0), step: plus, end: itself };

const $avg: Accumulator<[Numeric, number]> = {
  start: () => [int(0), 0],
  step: ([total, count], value) => [plus(total, value), isNumber(value) ? count + 1 : count],
  end: ([total, count]) => (count === 0 ? null : divide(total, int(count))),
};

/** Of two values the better one. */
const choosing = (
  isBetter: (value: Value | Missing, known: Value | Missing) => boolean,
): Accumulator<Value | Missing> => ({
  start: () => undefined,
  step: (known, value) => (isBetter(value, known) ? (value ?? null) : known),
  end: (known) => known ?? null,
});

const extreme = (sign: number) =>
  choosing((value, known) => !isNull(value) && (isNull(known) || sign * compareValues(value, known) > 0));

const $push: Accumulator<Value[]> = {
  start: () => [],
  step(items, value, keep) {
    if (value === undefined) return items;
    keep(value);
    items.push(value);
    return items;
  },
  end: itself,
};

const $addToSet: Accumulator<Map<string, Value>> = {
  start: () => new Map(),
  step(items, value, keep) {
    const key = valueKey(value);
    if (value === undefined || items.has(key)) return items;
    keep([key, value]);
    return items.set(key, value);
  },
  end: (items) => [...items.values()],
};

const $mergeObjects: Accumulator<Doc> = {
  start: () => new Map(),
  step(merged, value) {
    if (isNull(value)) return merged;
    if (!isDoc(value))
      throw new DatabaseError(40400, `$mergeObjects requires object inputs, not ${typeName(value)}`);
    for (const [name, item] of value) merged.set(name, item);
    return merged;
  },
  end: itself,
};

export const ACCUMULATORS: ReadonlyMap<string, Accumulator> = new Map<string, Accumulator>(
  Object.entries({
    $sum,
    $avg,
    $min: extreme(-1),
    $max: extreme(1),
    $first: choosing((_value, known) => known === undefined),
    $last: choosing(() => true),
    $push,
    $addToSet,
    $mergeObjects,
  }),
);
