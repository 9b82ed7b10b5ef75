import { type Doc, isDoc, type Missing, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import type { Evaluate, Scope } from "../expressions/compile.ts";
import { compileWith, type Variables } from "../expressions/table.ts";

type Tree = Map<string, Evaluate | Tree>;

/** Compiles `$addFields`: values at paths, created where absent, set in every element of arrays on the way. */
export function addFieldsIn(spec: Doc, variables: Variables): (doc: Doc) => Doc {
  const tree: Tree = new Map();
  for (const [path, value] of spec) plant(tree, path, { value, variables });
  return (doc) => setFields(doc, tree, { root: doc, variables });
}

function checkedParts(path: string): string[] {
  const parts = path.split(".");
  if (parts.includes(""))
    throw new DatabaseError(40353, "FieldPath must not end with a '.' or hold an empty name.");
  if (parts.some((part) => part.startsWith("$")))
    throw new DatabaseError(16410, `FieldPath field names may not start with '$': ${path}`);
  return parts;
}

function isPlainDoc(value: Value): value is Doc {
  return isDoc(value) && value.size > 0 && !String([...value.keys()][0]).startsWith("$");
}

function plant(tree: Tree, path: string, { value, variables }: { value: Value; variables: Variables }): void {
  const parts = checkedParts(path);
  let level = tree;
  for (const part of parts.slice(0, -1)) {
    const next = level.get(part) ?? new Map();
    if (!(next instanceof Map))
      throw new DatabaseError(40176, `specification contains two conflicting paths: ${path}`);
    level.set(part, next);
    level = next;
  }
  const last = parts.at(-1) as string;
  if (level.has(last))
    throw new DatabaseError(40176, `specification contains two conflicting paths: ${path}`);
  if (isPlainDoc(value)) {
    level.set(last, new Map());
    for (const [name, item] of value) plant(level.get(last) as Tree, name, { value: item, variables });
  } else level.set(last, compileWith(value, variables).evaluate);
}

function setFields(doc: Doc, tree: Tree, scope: Scope): Doc {
  const result: Doc = new Map(doc);
  for (const [name, entry] of tree) {
    const value: Value | Missing =
      entry instanceof Map ? setBelow(doc.get(name), entry, scope) : entry(scope);
    if (value === undefined) result.delete(name);
    else result.set(name, value);
  }
  return result;
}

function setBelow(value: Value | Missing, tree: Tree, scope: Scope): Value {
  if (isDoc(value)) return setFields(value, tree, scope);
  if (Array.isArray(value)) return value.map((item) => setBelow(item, tree, scope));
  return setFields(new Map(), tree, scope);
}

interface UnwindOptions {
  parts: readonly string[];
  index: string | null;
  keepEmpty: boolean;
}

/** One row per element of the array at a path. */
export function* unwindRow(
  doc: Doc,
  { parts, index, keepEmpty }: UnwindOptions,
): Generator<Doc, void, undefined> {
  const value = parts.reduce<Value | Missing>((at, part) => (isDoc(at) ? at.get(part) : undefined), doc);
  const withIndex = (row: Doc, position: Value): Doc =>
    index === null ? row : replaceAt(row, index.split("."), position);
  if (!Array.isArray(value)) {
    if (keepEmpty || (value !== undefined && value !== null)) yield withIndex(doc, null);
    return;
  }
  if (value.length === 0 && keepEmpty) yield withIndex(replaceAt(doc, parts, undefined), null);
  for (const [i, item] of value.entries()) yield withIndex(replaceAt(doc, parts, item), BigInt(i));
}

function replaceAt(doc: Doc, [head, ...rest]: readonly string[], value: Value | Missing): Doc {
  const copy: Doc = new Map(doc);
  const below = doc.get(head as string);
  const next = rest.length === 0 ? value : replaceAt(isDoc(below) ? below : new Map(), rest, value);
  if (next === undefined) copy.delete(head as string);
  else copy.set(head as string, next);
  return copy;
}
