import { compareText } from "../bson/key.ts";
import { decodeFields } from "../bson/decode.ts";
import { encodeDoc, identicalValues } from "../bson/encode.ts";
import { getAtPath, indexPart, splitPath } from "../bson/path.ts";
import { type Doc, isDoc, type Missing, typeName, type Value } from "../bson/values.ts";
import { badValue, DatabaseError, failedToParse, notImplemented } from "../errors.ts";
import type { Expressions } from "../matcher/filter.ts";
import type { Node } from "../matcher/nodes.ts";
import { type Change, MODIFIERS } from "./modifiers.ts";
import { parseArrayFilters, type Positions, removeAtPath, resolvePaths, setAtPath } from "./paths.ts";

/** What the update compiler needs from the layers beside it. */
export interface UpdateTools {
  expressions: Expressions;
  /** Compiles an update pipeline. */
  pipeline(stages: Value[]): (doc: Doc) => Doc;
}

export interface Update {
  kind: "replacement" | "modifiers" | "pipeline";
  /**
   * What is to be stored for a document, which may be changed in place. The query is for the positional `$`;
   * null when the document is one that an upsert inserts.
   */
  apply(doc: Doc, query: Node | null): Doc;
}

/** Compiles the `u` of an update statement. Throws what MongoDB throws for a malformed one. */
export function compileUpdate(update: Value, arrayFilters: Value | undefined, tools: UpdateTools): Update {
  const [first] = isDoc(update) ? update.keys() : [];
  if (isDoc(update) && first?.startsWith("$")) return modifierUpdate(update, arrayFilters, tools.expressions);
  const kind = Array.isArray(update) ? "pipeline" : "replacement";
  if (arrayFilters !== undefined)
    throw failedToParse(`arrayFilters may not be specified for ${kind}-style updates`);
  if (!Array.isArray(update) && !isDoc(update))
    throw failedToParse("Update argument must be either an object or an array");
  const run = isDoc(update) ? () => update : tools.pipeline(update);
  return {
    kind,
    apply(doc, query) {
      if (query && isDoc(update)) checkDollar([...update.keys()]);
      return keepId(doc, run(doc));
    },
  };
}

/** A new version of a document: same `_id`, in first place. Throws ImmutableField when it would differ. */
function keepId(before: Doc, after: Doc): Doc {
  const id = before.get("_id");
  if (id === undefined) return after;
  checkId(id, after.get("_id") ?? id);
  return new Map([["_id", id], ...[...after].filter(([name]) => name !== "_id")]);
}

function checkId(before: Value | Missing, after: Value | Missing): void {
  if (before === undefined || identicalValues(before, after)) return;
  throw new DatabaseError(
    "ImmutableField",
    "Performing an update on the path '_id' would modify the immutable field '_id'",
  );
}

/** What one operator does to one field. */
interface Action {
  operator: string;
  path: string;
  change: Change;
}

function modifierUpdate(update: Doc, arrayFilters: Value | Missing, expressions: Expressions): Update {
  const filters = parseArrayFilters(arrayFilters, expressions);
  const actions = [...update].flatMap(([operator, fields]) => {
    const modifier = MODIFIERS.get(operator);
    if (operator === "$bit") throw notImplemented(operator);
    if (!modifier)
      throw failedToParse(`Unknown modifier: ${operator}. Expected a valid update modifier or a pipeline`);
    if (!isDoc(fields))
      throw failedToParse(`Modifiers operate on fields but ${operator} was given ${typeName(fields)}`);
    return [...fields].flatMap(([path, operand]) => {
      if (operator === "$rename") return renaming(path, operand);
      return { operator, path, change: modifier(operand, `${operator} to '${path}'`, expressions) };
    });
  });
  actions.forEach(checkPath);
  checkConflicts(actions);
  for (const { path } of actions) {
    const place = splitPath(path).find((part) => /^\$\[.*\]$/.test(part) && !filters.has(part));
    if (place) throw badValue(`No array filter found for identifier '${place}' in path '${path}'`);
  }
  for (const place of filters.keys()) {
    if (place !== "$[]" && !actions.some(({ path }) => path.includes(place)))
      throw failedToParse(`The array filter for identifier '${place}' was not used in the update`);
  }
  return {
    kind: "modifiers",
    apply: (doc, query) => applyActions(doc, placesOf(actions, doc, { filters, query })),
  };
}

/** `$rename` changes its target and unsets its source. */
function renaming(path: string, target: Value): Action[] {
  if (typeof target !== "string" || target === path)
    throw badValue(`The source and the target of $rename must be two different fields: ${path}`);
  if ([...splitPath(path), ...splitPath(target)].some((part) => part.startsWith("$") || indexPart(part) >= 0))
    throw notImplemented("$rename of or to an element of an array");
  return [
    { operator: "$rename", path: target, change: (_current, doc) => renamed(doc, path) },
    { operator: "$unset", path, change: () => undefined },
  ];
}

/** What a `$rename` finds. Throws PathNotViable where something else than a document is in the way. */
function renamed(doc: Doc, path: string): Value | Missing {
  const above = path.slice(0, Math.max(0, path.lastIndexOf(".")));
  const parent = above === "" ? doc : getAtPath(doc, above);
  if (parent !== undefined && !isDoc(parent))
    throw new DatabaseError(
      "PathNotViable",
      `cannot use the part (${above}) of ${path} to traverse an element`,
    );
  return parent?.get(splitPath(path).at(-1) as string);
}

function checkPath({ path }: Action): void {
  if (splitPath(path).includes(""))
    throw new DatabaseError(56, `The update path '${path}' contains an empty field name.`);
  if (/^\$(\[|\.|$)/.test(path)) throw badValue(`The path '${path}' cannot begin with a position`);
}

/** Two operators may not touch the same path or one inside the other. Sorts the actions as they are to be done. */
function checkConflicts(actions: Action[]): void {
  actions.sort((a, b) => compareText(sortKey(a.path), sortKey(b.path)));
  for (const [i, { path }] of actions.entries()) {
    const next = actions[i + 1]?.path;
    if (next === path || next?.startsWith(`${path}.`))
      throw new DatabaseError(
        "ConflictingUpdateOperators",
        `Updating the path '${next}' would create a conflict at '${path}'`,
      );
  }
}

/** MongoDB applies operators in the order of their paths, numbers by value; new fields appear in it. */
function sortKey(path: string): string {
  const parts = splitPath(path).map((part) => (/^\d/.test(part) ? part.padStart(10, "\0") : part));
  return parts.join("\0");
}

/** What is done where. Positions are those of the document as it was found, whatever the first action changes. */
function placesOf(actions: Action[], doc: Doc, positions: Positions): Action[] {
  const due = positions.query ? actions.filter(({ operator }) => operator !== "$setOnInsert") : actions;
  if (positions.query)
    checkDollar(due.flatMap(({ operator, path }) => (operator === "$unset" ? [] : [path])));
  if (!due.some(({ path }) => path.includes("$"))) return due;
  const places = due.flatMap((action) =>
    resolvePaths(doc, action.path, positions).map((path) => ({ ...action, path })),
  );
  checkConflicts(places);
  return places;
}

/** For a change inside of `_id`, which is made in place. */
function copyOfId(doc: Doc): Value | Missing {
  return decodeFields(encodeDoc(doc), new Set(["_id"])).get("_id");
}

/** Only an insert may bring a name with `$` into a document. */
function checkDollar(names: string[]): void {
  const dollar = names.find((name) => name.startsWith("$"));
  if (dollar !== undefined)
    throw new DatabaseError(
      "DollarPrefixedFieldName",
      `The dollar ($) prefixed field '${dollar}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
}

function applyActions(doc: Doc, actions: Action[]): Doc {
  const id = actions.some(({ path }) => path.startsWith("_id.")) ? copyOfId(doc) : doc.get("_id");
  for (const { path, change } of actions) {
    const value = change(getAtPath(doc, path), doc);
    if (value !== undefined) setAtPath(doc, path, value);
  }
  // Last, because $rename finds its value where it was.
  for (const { operator, path } of actions) if (operator === "$unset") removeAtPath(doc, path);
  checkId(id, doc.get("_id"));
  return doc;
}
