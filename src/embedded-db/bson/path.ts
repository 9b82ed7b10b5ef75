import { type Doc, isDoc, type Missing, type Value } from "./values.ts";

const splitPaths = new Map<string, readonly string[]>();

/** Parts of a dotted path, remembered: the same few hundred paths come again and again. */
export function splitPath(path: string): readonly string[] {
  let parts = splitPaths.get(path);
  if (!parts) {
    parts = path.split(".");
    if (splitPaths.size > 10_000) splitPaths.clear();
    splitPaths.set(path, parts);
  }
  return parts;
}

export function headOf(path: string): string {
  const dot = path.indexOf(".");
  return dot < 0 ? path : path.slice(0, dot);
}

/** Array index that a path part names, or -1. */
export function indexPart(part: string): number {
  return /^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : -1;
}

/**
 * Shows `visit` every value that a query path reaches, passing through arrays on the way, until one
 * visit returns true. A path that ends nowhere shows `undefined`. The array at the end is shown whole;
 * its elements are the visitor's business.
 */
export function anyAtPath(
  doc: Doc,
  parts: readonly string[],
  visit: (value: Value | Missing) => boolean,
): boolean {
  const first = doc.get(parts[0] as string);
  if (parts.length === 1) return visit(first);
  const walk = (value: Value | Missing, at: number): boolean => {
    if (at === parts.length) return visit(value);
    const part = parts[at] as string;
    if (isDoc(value)) return walk(value.get(part), at + 1);
    if (!Array.isArray(value)) return visit(undefined);
    const item = value[indexPart(part)];
    return (item !== undefined && walk(item, at + 1)) || value.some((one) => isDoc(one) && walk(one, at));
  };
  return walk(first, 1);
}

/** The value at a path through documents only; array indexes are followed, arrays are not spread. */
export function getAtPath(doc: Doc, path: string): Value | Missing {
  let value: Value | Missing = doc;
  for (const part of splitPath(path)) {
    if (isDoc(value)) value = value.get(part);
    else if (Array.isArray(value)) value = value[indexPart(part)];
    else return undefined;
  }
  return value;
}
