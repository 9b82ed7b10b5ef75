import { toDoc } from "../bson/decode.ts";
import { type Doc, isDoc, type Missing, type Value } from "../bson/values.ts";
import { DatabaseError, notImplemented } from "../errors.ts";
import { fieldParts, namedArguments, setField } from "../expressions/compile.ts";
import { type Compiled, compileWith, type Variables } from "../expressions/table.ts";
import { perRow, type PipelineContext, type Stage } from "./stage.ts";

type Tree = Map<string, Compiled | Tree>;

/** `$addFields`: values at paths, created where absent, set in every element of arrays on the way. */
export function addFields(argument: Value, { variables }: PipelineContext): Stage {
  if (!isDoc(argument)) throw new DatabaseError(40272, "$addFields specification stage must be an object");
  const tree: Tree = new Map();
  for (const [path, value] of argument) plant(tree, path, { value, variables });
  return perRow((row) => {
    const doc = toDoc(row);
    return [setFields(doc, tree, doc)];
  });
}

function plant(tree: Tree, path: string, { value, variables }: { value: Value; variables: Variables }): void {
  if (isDoc(value) && value.size > 0 && ![...value.keys()][0]?.startsWith("$")) {
    for (const [name, item] of value) plant(tree, `${path}.${name}`, { value: item, variables });
    return;
  }
  const conflict = new DatabaseError(40176, `specification contains two conflicting paths: ${path}`);
  const parts = fieldParts(path);
  const last = parts.pop() as string;
  const level = parts.reduce((above, part) => {
    const next = above.get(part) ?? new Map();
    if (!(next instanceof Map)) throw conflict;
    above.set(part, next);
    return next;
  }, tree);
  if (level.has(last)) throw conflict;
  level.set(last, compileWith(value, variables));
}

function setFields(doc: Doc, tree: Tree, root: Doc): Doc {
  const result: Doc = new Map(doc);
  for (const [name, entry] of tree)
    setField(
      result,
      name,
      entry instanceof Map ? setBelow(doc.get(name), entry, root) : entry.evaluate(root),
    );
  return result;
}

function setBelow(value: Value | Missing, tree: Tree, root: Doc): Value {
  if (Array.isArray(value)) return value.map((item) => setBelow(item, tree, root));
  return setFields(isDoc(value) ? value : new Map(), tree, root);
}

/** `$unwind`: one row per element of the array at a path. */
export function unwind(argument: Value): Stage {
  const optional = ["preserveNullAndEmptyArrays", "includeArrayIndex"];
  const spec = isDoc(argument)
    ? namedArguments(argument, "$unwind", { required: ["path"], optional })
    : new Map([["path", argument]]);
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
    if (value.length === 0) return keepEmpty ? [replaceAt(doc, parts, undefined)] : [];
    return value.map((item) => replaceAt(doc, parts, item));
  });
}

/** A copy of a document with one value set at a path, or removed when it is missing. */
export function replaceAt(doc: Doc, parts: readonly string[], value: Value | Missing): Doc {
  const [head, ...rest] = parts as [string, ...string[]];
  const below = doc.get(head);
  const next = rest.length === 0 ? value : replaceAt(isDoc(below) ? below : new Map(), rest, value);
  return setField(new Map(doc), head, next);
}
