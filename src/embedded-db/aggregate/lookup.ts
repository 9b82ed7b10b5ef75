import { toDoc } from "../bson/decode.ts";
import { anyAtPath, splitPath } from "../bson/path.ts";
import { type Doc, docOf, isDoc, type Value } from "../bson/values.ts";
import { failedToParse, typeMismatch } from "../errors.ts";
import { namedArguments } from "../expressions/operator.ts";
import { compileWith } from "../expressions/table.ts";
import { setAt } from "./reshape.ts";
import { eachRow, perRow, type PipelineContext, type Stage } from "./stage.ts";

/** `$lookup` with fields, with a pipeline, or with both: runs a pipeline over the other collection for each row. */
export function lookup(argument: Value, context: PipelineContext): Stage {
  const { from, as, local, foreign, ...spec } = parse(argument);
  const lets = [...spec.lets].map(([name, value]) => [name, compileWith(value, context.variables)] as const);
  const variablesOf = (doc: Doc) =>
    new Map([...context.variables, ...lets.map(([name, { evaluate }]) => [name, evaluate(doc)] as const)]);
  // Compiled once for its errors, even when no row ever reaches it.
  context.sub(spec.stages, variablesOf(new Map()));
  return perRow(function* (row) {
    const doc = toDoc(row);
    const join = foreign === "" ? [] : [docOf({ $match: docOf({ [foreign]: among(doc, local) }) })];
    const found: Doc[] = [];
    const matches = context.run(from, [...join, ...spec.stages], variablesOf(doc));
    yield* eachRow(matches, (match) => found.push(toDoc(match)));
    yield setAt(doc, as.split("."), found);
  });
}

function parse(argument: Value) {
  const names = ["from", "as", "localField?", "foreignField?", "pipeline?", "let?"];
  const spec = namedArguments(argument, "$lookup", names);
  const text = (name: string): string => {
    const value = spec.get(name) ?? "";
    if (typeof value !== "string") throw failedToParse(`$lookup argument '${name}' must be a string`);
    return value;
  };
  const [local, foreign] = [text("localField"), text("foreignField")];
  const stages = spec.get("pipeline") ?? [];
  const lets = spec.get("let") ?? new Map();
  if (!Array.isArray(stages)) throw typeMismatch("'pipeline' option must be specified as an array");
  if (!isDoc(lets)) throw typeMismatch("$lookup argument 'let' must be an object");
  if ((local === "") !== (foreign === ""))
    throw failedToParse("$lookup requires both or neither of 'localField' and 'foreignField'");
  if (local === "" && !spec.has("pipeline"))
    throw failedToParse("$lookup requires either 'pipeline' or both 'localField' and 'foreignField'");
  return { from: text("from"), as: text("as"), local, foreign, stages, lets };
}

/** The condition that a field is among the values of another document's field. */
function among(doc: Doc, path: string): Doc {
  const values: Value[] = [];
  anyAtPath(doc, splitPath(path), (value) => {
    if (Array.isArray(value)) values.push(...value);
    else values.push(value ?? null);
    return false;
  });
  return values.length > 1 ? docOf({ $in: values }) : docOf({ $eq: values[0] ?? null });
}
