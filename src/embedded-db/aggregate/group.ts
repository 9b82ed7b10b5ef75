import { toFields } from "../bson/decode.ts";
import { compareValues, valueKey } from "../bson/key.ts";
import { classOf, type Doc, docOf, int, isDoc, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse, notImplemented } from "../errors.ts";
import { ACCUMULATORS } from "../expressions/accumulators.ts";
import type { Evaluate } from "../expressions/operator.ts";
import { Compiler, type Variables } from "../expressions/table.ts";
import { estimate, Held } from "../query/stream.ts";
import { eachRow, type Stage } from "./stages.ts";

function parseOutput(name: string, value: Value, compiler: Compiler) {
  if (name.startsWith("$"))
    throw new DatabaseError(40236, `The field name '${name}' cannot be an operator name`);
  if (name.includes(".")) throw new DatabaseError(40235, `The field name '${name}' cannot contain '.'`);
  const [operator, argument] = accumulation(name, value);
  if (Array.isArray(argument))
    throw new DatabaseError(40237, `The ${operator} accumulator is a unary operator`);
  const accumulator = ACCUMULATORS.get(operator);
  if (!accumulator) throw new DatabaseError(15952, `unknown group operator '${operator}'`);
  return { name, accumulator, evaluate: compiler.compile(argument) };
}

/** The accumulator of an output, and what it is of; `$count` is the sum of ones. */
function accumulation(name: string, value: Value): [operator: string, argument: Value] {
  const [[operator, argument] = ["", null]] = isDoc(value) ? value : [];
  if (!isDoc(value) || !operator.startsWith("$"))
    throw new DatabaseError(40234, `The field '${name}' must be an accumulator object`);
  if (value.size > 1) throw new DatabaseError(40238, `The field '${name}' must specify one accumulator`);
  if (operator !== "$count") return [operator, argument];
  if (isDoc(argument) && argument.size === 0) return ["$sum", int(1)];
  throw failedToParse("$count takes no arguments, i.e. $count: {}");
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
  if (typeof name !== "string" || name === "_id")
    throw new DatabaseError(40156, "the count field must be a non-empty string, not _id");
  if (name === "") throw new DatabaseError(40157, "the count field must be a non-empty string");
  if (name.startsWith("$")) throw new DatabaseError(40158, "the count field cannot be a $-prefixed path");
  if (name.includes(".")) throw new DatabaseError(40160, "the count field cannot contain '.'");
  return [
    docOf({ $group: docOf({ _id: null, [name]: COUNT }) }),
    docOf({ $project: docOf({ _id: int(0) }) }),
  ];
}

/** `$sortByCount`: groups by how many rows they have. */
export function sortByCount(by: Value): Doc[] {
  if (typeof by !== "string" && !isDoc(by))
    throw new DatabaseError(40149, "the sortByCount field must be specified as a string or as an object");
  if (typeof by === "string" && !by.startsWith("$"))
    throw new DatabaseError(
      40148,
      "the sortByCount field must be defined as a $-prefixed path or an expression",
    );
  if (isDoc(by) && !by.keys().next().value?.startsWith("$"))
    throw new DatabaseError(40147, "the sortByCount field must be defined as an expression inside an object");
  return [docOf({ $group: docOf({ _id: by, count: COUNT }) }), docOf({ $sort: docOf({ count: int(-1) }) })];
}

const isExpression = (value: Value | undefined) => isDoc(value) || String(value).startsWith("$");

function checkBoundaries(bounds: Value[], other: Value | undefined): void {
  if ([...bounds, other].some(isExpression)) throw notImplemented("an expression as a boundary of $bucket");
  const orders = bounds.slice(1).map((high, i) => compareValues(bounds[i] as Value, high));
  if (new Set(bounds.map(classOf)).size > 1)
    throw new DatabaseError(40193, "All values in the 'boundaries' of $bucket must have the same type.");
  if (orders.some((order) => order >= 0))
    throw new DatabaseError(40194, "The 'boundaries' of $bucket must be sorted.");
  const below = other === undefined ? 0 : bounds.filter((bound) => compareValues(bound, other) <= 0).length;
  if (below > 0 && below < bounds.length)
    throw new DatabaseError(40199, "The 'default' of $bucket must lie outside of its 'boundaries'.");
}

/** The arguments of `$bucket`, checked as MongoDB checks them. */
function bucketSpec(argument: Value) {
  if (!isDoc(argument)) throw new DatabaseError(40201, "Argument to $bucket stage must be an object");
  const given = new Map(argument);
  const take = (name: string) => {
    const value = given.get(name);
    given.delete(name);
    return value;
  };
  const [by, bounds, other, output] = ["groupBy", "boundaries", "default", "output"].map(take);
  for (const name of given.keys()) throw new DatabaseError(40197, `Unrecognized option to $bucket: ${name}`);
  if (by === undefined || bounds === undefined)
    throw new DatabaseError(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  if (!isExpression(by))
    throw new DatabaseError(40202, "The $bucket 'groupBy' field must be a $-prefixed path or an expression");
  if (!Array.isArray(bounds)) throw new DatabaseError(40200, "The $bucket 'boundaries' must be an array");
  if (bounds.length < 2)
    throw new DatabaseError(40192, "The $bucket 'boundaries' must have at least 2 values");
  const outputs = output ?? docOf({ count: COUNT });
  if (!isDoc(outputs)) throw new DatabaseError(40196, "The $bucket 'output' field must be an object");
  checkBoundaries(bounds, other);
  return { by, bounds, other, outputs };
}

/** `$bucket`: groups by the boundary below. */
export function bucket(argument: Value): Doc[] {
  const { by, bounds, other, outputs } = bucketSpec(argument);
  const branches = bounds.slice(1).map((high, i) => {
    const low = docOf({ $literal: bounds[i] });
    const bothHold = [docOf({ $gte: [by, low] }), docOf({ $lt: [by, docOf({ $literal: high })] })];
    return docOf({ case: docOf({ $and: bothHold }), then: low });
  });
  const fallback = other === undefined ? undefined : docOf({ $literal: other });
  const key = docOf({ $switch: docOf({ branches, default: fallback }) });
  return [docOf({ $group: new Map([["_id", key], ...outputs]) }), docOf({ $sort: docOf({ _id: int(1) }) })];
}
