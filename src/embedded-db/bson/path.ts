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

export type Visit = (value: Value | Missing) => boolean;

/**
 * Shows `visit` every value that a query path reaches, passing through arrays on the way, until one
 * visit returns true. A path that ends nowhere shows `undefined`. The array at the end is shown whole;
 * its elements are the visitor's business.
 */
export function anyAtPath(doc: Doc, parts: readonly string[], visit: Visit): boolean {
  const first = doc.get(parts[0] as string);
  return parts.length === 1 ? visit(first) : walk(first, { parts, visit }, 1);
}

interface Walk {
  parts: readonly string[];
  visit: Visit;
}

function walk(value: Value | Missing, path: Walk, at: number): boolean {
  if (at === path.parts.length) return path.visit(value);
  if (isDoc(value)) return walk(value.get(path.parts[at] as string), path, at + 1);
  if (Array.isArray(value)) return walkArray(value, path, at);
  return path.visit(undefined);
}

function walkArray(items: Value[], path: Walk, at: number): boolean {
  const index = indexPart(path.parts[at] as string);
  if (index >= 0 && index < items.length && walk(items[index], path, at + 1)) return true;
  for (const item of items) {
    if (isDoc(item) && walk(item, path, at)) return true;
  }
  return false;
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
