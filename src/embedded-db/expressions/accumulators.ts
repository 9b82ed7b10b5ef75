import { compareValues, valueKey } from "../bson/key.ts";
import { arithmetic, divide, exactDecimal } from "../bson/numbers.ts";
import {
  Decimal128,
  type Doc,
  int,
  isDoc,
  isNumber,
  type Missing,
  type Numeric,
  toNumber,
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

/**
 * What `$sum` and `$avg` add up: whole numbers exactly; doubles together with what rounding takes off (Dekker's and
 * Knuth's sums), so that ten times 0.1 is 1; decimals apart.
 */
class Sum {
  #count = 0;
  #sum = 0;
  /** What is missing in `#sum`. */
  #rest = 0;
  /** Without any care, for infinities. */
  #plain = 0;
  #decimal: Numeric | null = null;
  #type: "int" | "long" | "double" = "int";

  add(value: Value | Missing): this {
    if (!isNumber(value)) return this;
    this.#count++;
    if (value instanceof Decimal128) this.#decimal = arithmetic("add", [this.#decimal ?? int(0), value]);
    else if (typeof value !== "bigint") this.#addDouble(toNumber(value));
    else for (const half of [(value >> 32n) << 32n, value & 0xffffffffn]) this.#addDouble(Number(half));
    if (typeof value === "number") this.#type = "double";
    else if (typeof value === "bigint" && this.#type === "int") this.#type = "long";
    return this;
  }

  #addDouble(value: number): void {
    this.#plain += value;
    const small = value + this.#rest;
    const sum = this.#sum + small;
    const before = sum - small;
    this.#rest = this.#rest - (small - value) + (this.#sum - before + (small - (sum - before)));
    this.#sum = sum;
  }

  get #double(): number {
    return Number.isNaN(this.#sum) ? this.#plain : this.#sum;
  }

  get total(): Numeric {
    if (this.#decimal) {
      const [sum, rest] = Number.isFinite(this.#sum) ? [this.#sum, this.#rest] : [this.#plain, 0];
      const others = arithmetic("add", [exactDecimal(sum), exactDecimal(rest)]);
      return arithmetic("add", [this.#decimal, others]);
    }
    if (this.#type === "double") return this.#double;
    const whole = BigInt(this.#sum) + BigInt(this.#rest);
    if (this.#type === "int" && BigInt.asIntN(32, whole) === whole) return int(Number(whole));
    return BigInt.asIntN(64, whole) === whole ? whole : this.#sum;
  }

  get average(): Value {
    if (this.#count === 0) return null;
    return this.#decimal ? divide(this.total, int(this.#count)) : this.#double / this.#count;
  }
}

const summing = (end: (sum: Sum) => Value): Accumulator<Sum> => ({
  start: () => new Sum(),
  step: (sum, value) => sum.add(value),
  end,
});

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
    $sum: summing((sum) => sum.total),
    $avg: summing((sum) => sum.average),
    $min: extreme(-1),
    $max: extreme(1),
    $first: choosing((_value, known) => known === undefined),
    $last: choosing(() => true),
    $push,
    $addToSet,
    $mergeObjects,
  }),
);
