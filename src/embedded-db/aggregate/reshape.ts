import { toDoc } from "../bson/decode.ts";
import { type Doc, docOf, isDoc, type Missing, type Value } from "../bson/values.ts";
import { DatabaseError, notImplemented } from "../errors.ts";
import { namedArguments, setField } from "../expressions/operator.ts";
import { compileWith, fieldParts } from "../expressions/table.ts";
import { perRow, type PipelineContext, type Stage } from "./stage.ts";

/** `$addFields`: values at paths, created where absent, set in every element of arrays on the way. */
export function addFields(argument: Value, { variables }: PipelineContext): Stage {
  if (!isDoc(argument)) throw new DatabaseError(40272, "$addFields specification stage must be an object");
  const fields = flattened(argument).map(([path, value]) => {
    return { path, parts: fieldParts(path), evaluate: compileWith(value, variables).evaluate };
  });
  for (const one of fields)
    if (fields.some((other) => other !== one && `${other.path}.`.startsWith(`${one.path}.`)))
      throw new DatabaseError(40176, `specification contains two conflicting paths: ${one.path}`);
  return perRow((row) => {
    const doc = toDoc(row);
    return [fields.reduce((result, { parts, evaluate }) => setAt(result, parts, evaluate(doc)), doc)];
  });
}

/** Values by dotted path: `{ a: { b: 1 } }` says the same as `{ "a.b": 1 }`. */
function flattened(spec: Doc, prefix = ""): [string, Value][] {
  return [...spec].flatMap(([name, value]): [string, Value][] => {
    const [first] = isDoc(value) ? value.keys() : [];
    return first === undefined || first.startsWith("$")
      ? [[prefix + name, value]]
      : flattened(value as Doc, `${prefix}${name}.`);
  });
}

/** A copy of a document with a value at a path, or without what is there when it is missing. */
export function setAt(doc: Doc, [head, ...rest]: readonly string[], value: Value | Missing): Doc {
  const within = (below: Value | Missing): Value =>
    Array.isArray(below) ? below.map(within) : setAt(isDoc(below) ? below : new Map(), rest, value);
  const name = head as string;
  return setField(new Map(doc), name, rest.length === 0 ? value : within(doc.get(name)));
}

/** `$unwind`: one row per element of the array at a path. */
export function unwind(argument: Value): Stage {
  const names = ["path", "preserveNullAndEmptyArrays?", "includeArrayIndex?"];
  const spec = isDoc(argument) ? namedArguments(argument, "$unwind", names) : docOf({ path: argument });
  const path = spec.get("path");
  if (typeof path !== "string" || !path.startsWith("$"))
    throw new DatabaseError(28818, "path option to $unwind stage should be prefixed with a '$'");
  if (spec.has("includeArrayIndex")) throw notImplemented("includeArrayIndex of $unwind");
  const parts = fieldParts(path.slice(1));
  const keepEmpty = spec.get("preserveNullAndEmptyArrays") === true;
  return perRow((row) => {
    const doc = toDoc(row);
    const value = parts.reduce<Value | Missing>((at, part) => (isDoc(at) ? at.get(part) : undefined), doc);
    if (!Array.isArray(value)) return keepEmpty || (value !== undefined && value !== null) ? [doc] : [];
    if (value.length === 0) return keepEmpty ? [setAt(doc, parts, undefined)] : [];
    return value.map((item) => setAt(doc, parts, item));
  });
}
