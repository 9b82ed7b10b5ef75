import { indexPart } from "../bson/path.ts";
import { type Doc, isDoc, type Missing, typeName, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";

/** A document or an array: what a path part can be set in. */
export type Container = Doc | Value[];

const MAX_PADDING = 1_500_000;

export function getIn(container: Container, part: string): Value | Missing {
  return isDoc(container) ? container.get(part) : container[indexPart(part)];
}

/** Sets a part of a document or array; an array is padded with nulls up to the position. */
export function setIn(container: Container, part: string, value: Value): void {
  if (isDoc(container)) {
    container.set(part, value);
    return;
  }
  const index = indexPart(part);
  if (index < 0) throw notViable(part, container);
  if (index - container.length > MAX_PADDING) {
    throw new DatabaseError("BadValue", "can't backfill more than 1500000 elements");
  }
  while (container.length < index) container.push(null);
  container[index] = value;
}

export function removeIn(container: Container, part: string): void {
  if (isDoc(container)) container.delete(part);
  else if (indexPart(part) >= 0 && indexPart(part) < container.length) container[indexPart(part)] = null;
}

export function notViable(part: string, value: Value | Missing): DatabaseError {
  return new DatabaseError(
    "PathNotViable",
    `Cannot create field '${part}' in element of type ${typeName(value)}`,
  );
}

/**
 * The container of a path's last part. With `create`, absent levels become documents; without, null when
 * the path does not exist. Throws PathNotViable when a value in between is neither document nor array.
 */
export function containerOf(doc: Doc, parts: readonly string[], create: boolean): Container | null {
  let current: Container = doc;
  for (const [i, part] of parts.slice(0, -1).entries()) {
    const next: Value | Missing = getIn(current, part) ?? (create ? newLevel(current, part) : undefined);
    if (isDoc(next) || Array.isArray(next)) current = next;
    else if (create) throw notViable(parts[i + 1] as string, next);
    else return null;
  }
  const last = parts.at(-1) as string;
  if (isDoc(current) || indexPart(last) >= 0) return current;
  if (create) throw notViable(last, current);
  return null;
}

/** A new document where nothing is yet; an existing null stays, and stands in the way. */
function newLevel(container: Container, part: string): Value {
  const present = getIn(container, part);
  if (present === null) return present;
  const level: Doc = new Map();
  setIn(container, part, level);
  return level;
}
