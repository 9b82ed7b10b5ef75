import { getAtPath, indexPart, splitPath } from "../bson/path.ts";
import { type Doc, isDoc, type Missing, typeName, type Value } from "../bson/values.ts";
import { badValue, DatabaseError } from "../errors.ts";

const MAX_PADDING = 1_500_000;

/** Sets a path's value; absent levels become documents. Throws PathNotViable where another value is in the way. */
export function setAtPath(doc: Doc, path: string, value: Value): void {
  const parts = splitPath(path);
  let container: Value = doc;
  for (const part of parts.slice(0, -1)) {
    let next: Value | Missing = partOf(container, part);
    if (next === undefined) {
      next = new Map();
      setPart(container, part, next);
    }
    container = next;
  }
  setPart(container, parts.at(-1) as string, value);
}

function partOf(container: Value, part: string): Value | Missing {
  if (isDoc(container)) return container.get(part);
  return Array.isArray(container) ? container[indexPart(part)] : undefined;
}

/** Sets a part of a document or array; an array is padded with nulls up to the position. */
function setPart(container: Value, part: string, value: Value): void {
  if (isDoc(container)) {
    container.set(part, value);
    return;
  }
  const index = indexPart(part);
  if (!Array.isArray(container) || index < 0) {
    const message = `Cannot create field '${part}' in element of type ${typeName(container)}`;
    throw new DatabaseError("PathNotViable", message);
  }
  if (index - container.length > MAX_PADDING) throw badValue("can't backfill more than 1500000 elements");
  while (container.length < index) container.push(null);
  container[index] = value;
}

/** Removes a path's value; an array keeps its length, with a null instead. */
export function removeAtPath(doc: Doc, path: string): void {
  const at = path.lastIndexOf(".");
  const container = at < 0 ? doc : getAtPath(doc, path.slice(0, at));
  const part = path.slice(at + 1);
  if (isDoc(container)) container.delete(part);
  else if (Array.isArray(container) && indexPart(part) in container) container[indexPart(part)] = null;
}
