import { toFields } from "../bson/decode.ts";
import { compareValues, valueKey } from "../bson/key.ts";
import { classOf, type Doc, docOf, int, isDoc, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse } from "../errors.ts";
import { ACCUMULATORS } from "../expressions/accumulators.ts";
import { type Evaluate, namedArguments } from "../expressions/operator.ts";
import { Compiler, type Variables } from "../expressions/table.ts";
import { estimate, Held } from "../query/stream.ts";
import { eachRow, type Stage } from "./stages.ts";

function parseOutput(name: string, value: Value, compiler: Compiler) {
  if (name.includes(".")) throw new DatabaseError(40235, `The field name '${name}' cannot contain '.'`);
  if (!isDoc(value) || value.size !== 1)
    throw new DatabaseError(40234, `The field '${name}' must be an accumulator object`);
  const [[operator, argument]] = [...value] as [[string, Value]];
  if (operator === "$count") {
    if (!isDoc(argument) || argument.size > 0)
      throw failedToParse("$count takes no arguments, i.e. $count: {}");
    return parseOutput(name, docOf({ $sum: int(1) }), compiler);
  }
  const accumulator = ACCUMULATORS.get(operator);
  if (!accumulator) throw new DatabaseError(15952, `unknown group operator '${operator}'`);
  return { name, accumulator, evaluate: compiler.compile(argument) };
}

/** The key of a row's group. Of `{ a: "$a" }` MongoDB takes a missing value for null, of two fields and more it does not. */
function keyWith(compiler: Compiler, id: Value): Evaluate {
  const evaluate = compiler.compile(id);
  const [name, ...others] = isDoc(id) ? id.keys() : [];
  if (name === undefined || name.startsWith("$") || others.length > 0) return evaluate;
  return (root, variables) => new Map([[name, null as Value], ...(evaluate(root, variables) as Doc)]);
}

/** `$group`, such as `{ _id: ..., total: { $sum: ... } }`: holds one entry a group. */
export function group(spec: Value, variables: Variables): Stage {
  if (!isDoc(spec)) throw new DatabaseError(15947, "a group's fields must be specified in an object");
  const id = spec.get("_id");
  if (id === undefined) throw new DatabaseError(15955, "a group specification must include an _id");
  const compiler = new Compiler(variables);
  const keyOf = keyWith(compiler, id);
  const outputs = [...spec]
    .filter(([name]) => name !== "_id")
    .map(([name, value]) => parseOutput(name, value, compiler));
  return function* (input) {
    const held = new Held("$group");
    const keep = (value: Value) => held.addBytes(estimate(value));
    const groups = new Map<string, { id: Value; states: unknown[] }>();
    yield* eachRow(input, (row) => {
      const doc = toFields(row, compiler.fields);
      const id = keyOf(doc, variables) ?? null;
      const text = typeof id === "string" ? `s${id}` : valueKey(id);
      let found = groups.get(text);
      if (!found) {
        found = { id, states: outputs.map(({ accumulator }) => accumulator.start()) };
        groups.set(text, found);
        held.addBytes(text.length + 96 + outputs.length * 64);
      }
      for (const [i, { accumulator, evaluate }] of outputs.entries())
        found.states[i] = accumulator.step(found.states[i], evaluate(doc, variables), keep);
    });
    for (const { id, states } of groups.values())
      yield new Map([
        ["_id", id],
        ...outputs.map(({ name, accumulator }, i) => [name, accumulator.end(states[i])] as const),
      ]);
  };
}

// Stages that are written as others.

const COUNT = docOf({ $sum: int(1) });

/** `$count`: one group of all rows. */
export function count(name: Value): Doc[] {
  if (typeof name !== "string" || /^$|^\$|\.|^_id$/.test(name))
    throw new DatabaseError(40156, "the count field must be a non-empty string without '.' and '$', not _id");
  return [
    docOf({ $group: docOf({ _id: null, [name]: COUNT }) }),
    docOf({ $project: docOf({ _id: int(0) }) }),
  ];
}

/** `$sortByCount`: groups by how many rows they have. */
export function sortByCount(by: Value): Doc[] {
  return [docOf({ $group: docOf({ _id: by, count: COUNT }) }), docOf({ $sort: docOf({ count: int(-1) }) })];
}

function checkBoundaries(bounds: Value[], other: Value | undefined): void {
  const orders = bounds.slice(1).map((high, i) => compareValues(bounds[i] as Value, high));
  if (orders.some((order) => order >= 0) || new Set(bounds.map(classOf)).size > 1)
    throw new DatabaseError(40194, "The 'boundaries' of $bucket must be of one type and ascending.");
  const below = other === undefined ? 0 : bounds.filter((bound) => compareValues(bound, other) <= 0).length;
  if (below > 0 && below < bounds.length)
    throw new DatabaseError(40199, "The 'default' of $bucket must lie outside of its 'boundaries'.");
}

/** `$bucket`: groups by the boundary below. */
export function bucket(argument: Value): Doc[] {
  const spec = namedArguments(argument, "$bucket", ["groupBy", "boundaries", "default?", "output?"]);
  const [by, bounds, other] = [spec.get("groupBy") as Value, spec.get("boundaries"), spec.get("default")];
  if (!Array.isArray(bounds) || bounds.length < 2)
    throw new DatabaseError(40198, "$bucket requires at least two 'boundaries'.");
  checkBoundaries(bounds, other);
  const branches = bounds.slice(1).map((high, i) => {
    const low = docOf({ $literal: bounds[i] });
    const bothHold = [docOf({ $gte: [by, low] }), docOf({ $lt: [by, docOf({ $literal: high })] })];
    return docOf({ case: docOf({ $and: bothHold }), then: low });
  });
  const fallback = other === undefined ? undefined : docOf({ $literal: other });
  const key = docOf({ $switch: docOf({ branches, default: fallback }) });
  const outputs = spec.get("output") ?? docOf({ count: COUNT });
  if (!isDoc(outputs)) throw new DatabaseError(40196, "The $bucket 'output' field must be an object");
  return [docOf({ $group: new Map([["_id", key], ...outputs]) }), docOf({ $sort: docOf({ _id: int(1) }) })];
}
