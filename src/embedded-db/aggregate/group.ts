import { toFields } from "../bson/decode.ts";
import { valueKey } from "../bson/key.ts";
import { docOf, int, isDoc, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse, notImplemented } from "../errors.ts";
import { ACCUMULATORS } from "../expressions/accumulators.ts";
import { Compiler } from "../expressions/table.ts";
import { estimate, Held } from "../query/stream.ts";
import { eachRow, type PipelineContext, type Stage } from "./stage.ts";

/** Accumulators of MongoDB 7 that are left out. */
const REFUSED =
  "$accumulator $bottom $bottomN $firstN $lastN $maxN $minN $median $percentile $stdDevPop $stdDevSamp $top $topN";

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
  if (!accumulator) {
    throw REFUSED.split(" ").includes(operator)
      ? notImplemented(`the accumulator ${operator}`)
      : new DatabaseError(15952, `unknown group operator '${operator}'`);
  }
  return { name, accumulator, evaluate: compiler.compile(argument) };
}

/** `$group`, such as `{ _id: ..., total: { $sum: ... } }`: holds one entry a group. */
export function group(spec: Value, { variables }: PipelineContext): Stage {
  if (!isDoc(spec)) throw new DatabaseError(15947, "a group's fields must be specified in an object");
  const id = spec.get("_id");
  if (id === undefined) throw new DatabaseError(15955, "a group specification must include an _id");
  const compiler = new Compiler(variables);
  const keyOf = compiler.compile(id);
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
