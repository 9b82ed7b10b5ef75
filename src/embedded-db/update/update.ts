import { compareText, identicalValues } from "../bson/compare.ts";
import { splitPath } from "../bson/path.ts";
import { type Doc, isDoc, type Missing, type Value } from "../bson/values.ts";
import { badValue, DatabaseError, failedToParse } from "../errors.ts";
import type { Node } from "../matcher/nodes.ts";
import { predicateOf } from "../matcher/predicate.ts";
import { type ElementTest, parseArrayFilters, type Positions, resolvePaths } from "./positional.ts";
import { MODIFIERS, type Where } from "./modifiers.ts";
import { type Container, containerOf, getIn, removeIn, setIn } from "./paths.ts";

/** What the update compiler needs from the layers beside it. */
export interface UpdateTools {
  parseFilter(filter: Doc): Node;
  /** Compiles an update pipeline. */
  pipeline(stages: Value[], variables: Doc): (doc: Doc) => Doc;
}

export interface UpdateInput {
  /** The document being changed; the update may change it in place and returns what is to be stored. */
  doc: Doc;
  /** The query, for the positional `$`. */
  query: Node | null;
  inserting: boolean;
  now: Date;
}

export interface Update {
  kind: "replacement" | "modifiers" | "pipeline";
  apply(input: UpdateInput): Doc;
}

export interface UpdateSpec {
  update: Value;
  arrayFilters: Value | undefined;
  variables: Doc;
}

/** Compiles the `u` of an update statement. Throws what MongoDB throws for a malformed one. */
export function compileUpdate({ update, arrayFilters, variables }: UpdateSpec, tools: UpdateTools): Update {
  if (Array.isArray(update)) {
    if (arrayFilters !== undefined)
      throw failedToParse("arrayFilters may not be specified for pipeline-syle updates");
    const run = tools.pipeline(update, variables);
    return { kind: "pipeline", apply: ({ doc }) => keepId(doc, run(doc)) };
  }
  if (!isDoc(update)) throw failedToParse("Update argument must be either an object or an array");
  const first = update.keys().next();
  if (first.done || !first.value.startsWith("$")) {
    if (arrayFilters !== undefined)
      throw failedToParse("arrayFilters may not be specified for replacement-style updates");
    return { kind: "replacement", apply: ({ doc }) => keepId(doc, new Map(update)) };
  }
  return modifierUpdate(update, parseArrayFilters(arrayFilters, tools.parseFilter), tools);
}

/** A new version of a document: same `_id`, in first place. Throws ImmutableField when it would differ. */
function keepId(before: Doc, after: Doc): Doc {
  const id = before.get("_id");
  const given = after.get("_id");
  if (id === undefined) return after;
  if (given !== undefined && !identicalValues(id, given)) throw immutableId();
  return new Map([["_id", id], ...[...after].filter(([name]) => name !== "_id")]);
}

function immutableId(): DatabaseError {
  return new DatabaseError(
    "ImmutableField",
    "Performing an update on the path '_id' would modify the immutable field '_id'",
  );
}

interface Action {
  operator: string;
  path: string;
  operand: Value;
}

function modifierUpdate(update: Doc, filters: Map<string, ElementTest>, tools: UpdateTools): Update {
  const actions: Action[] = [];
  for (const [operator, fields] of update) {
    if (!MODIFIERS[operator] && operator !== "$unset" && operator !== "$rename") {
      throw failedToParse(
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (!isDoc(fields)) {
      throw failedToParse(
        `Modifiers operate on fields but we found type ${String(fields)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ...}`,
      );
    }
    for (const [path, operand] of fields) actions.push({ operator, path, operand });
  }
  actions.forEach(checkAction);
  actions.sort((a, b) => comparePaths(a.path, b.path));
  checkConflicts(actions);
  checkFiltersUsed(actions, filters);
  const matches = pullConditions(tools);
  return { kind: "modifiers", apply: (input) => applyActions(actions, input, { filters, matches }) };
}

function checkAction(action: Action): void {
  const { operator, path } = action;
  if (splitPath(path).includes("")) {
    throw new DatabaseError(
      56,
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  if (operator === "$rename") checkRename(action);
}

function checkRename({ path, operand }: Action): void {
  if (typeof operand !== "string") throw badValue(`The 'to' field for $rename must be a string: ${path}`);
  if (operand === path) throw badValue(`The source and target field for $rename must differ: ${path}`);
  if (/\$/.test(path) || /\$/.test(operand)) throw badValue("$rename cannot go through positional paths");
}

/** MongoDB applies operators in the order of their paths, numbers by value; new fields appear in it. */
function comparePaths(a: string, b: string): number {
  const [left, right] = [splitPath(a), splitPath(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i] as string, right[i] as string];
    const order = isPosition(x) && isPosition(y) ? Number(x) - Number(y) : compareText(x, y);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function isPosition(part: string): boolean {
  return part.charCodeAt(0) <= NINE && /^\d+$/.test(part);
}

const NINE = 57;

/** Two operators may not touch the same path or one inside the other. */
function checkConflicts(actions: Action[]): void {
  const paths = actions.flatMap(({ operator, path, operand }) =>
    operator === "$rename" ? [path, operand as string] : [path],
  );
  const distinct = new Set(paths);
  if (distinct.size === paths.length && !paths.some((path) => isInside(path, distinct))) return;
  const sorted = [...paths].sort();
  for (const [i, path] of sorted.entries()) {
    const next = sorted.slice(i + 1).find((other) => other === path || other.startsWith(`${path}.`));
    if (next !== undefined) {
      throw new DatabaseError(
        "ConflictingUpdateOperators",
        `Updating the path '${next}' would create a conflict at '${path}'`,
      );
    }
  }
}

function isInside(path: string, paths: ReadonlySet<string>): boolean {
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1))
    if (paths.has(path.slice(0, dot))) return true;
  return false;
}

function checkFiltersUsed(actions: Action[], filters: Map<string, ElementTest>): void {
  for (const name of filters.keys()) {
    if (!actions.some(({ path }) => path.includes(`$[${name}]`))) {
      throw failedToParse(`The array filter for identifier '${name}' was not used in the update`);
    }
  }
}

/** `$pull` takes a value, operators on the element, or a filter on the fields of document elements. */
function pullConditions(tools: UpdateTools): Where["matches"] {
  const compiled = new Map<Value, (item: Value) => boolean>();
  return (operand) => {
    let test = compiled.get(operand);
    if (!test) {
      test = pullTest(operand, tools);
      compiled.set(operand, test);
    }
    return test;
  };
}

const LOGICAL = new Set(["$and", "$or", "$nor", "$expr"]);

function pullTest(operand: Value, tools: UpdateTools): (item: Value) => boolean {
  const first = isDoc(operand) ? operand.keys().next() : null;
  if (isDoc(operand) && (first?.done || !first?.value.startsWith("$") || LOGICAL.has(first.value))) {
    const test = predicateOf(tools.parseFilter(operand));
    return (item) => isDoc(item) && test(item);
  }
  const test = predicateOf(tools.parseFilter(new Map([["v", operand]])));
  return (item) => test(new Map([["v", item]]));
}

interface Helpers {
  filters: Positions["filters"];
  matches: Where["matches"];
}

function applyActions(actions: Action[], input: UpdateInput, helpers: Helpers): Doc {
  const { doc } = input;
  const id = doc.get("_id");
  for (const { action, parts } of placesOf(actions, input, helpers.filters)) {
    if (action.operator === "$rename") rename(doc, action);
    else applyAction(doc, action, { parts, now: input.now, matches: helpers.matches });
  }
  const after = doc.get("_id");
  if (id !== undefined && (after === undefined || !identicalValues(id, after))) throw immutableId();
  return doc;
}

interface ActionPlace {
  action: Action;
  parts: string[];
}

/** What is done where. Positions are those of the document as it was found, whatever the first action changes. */
function placesOf(actions: Action[], input: UpdateInput, filters: Positions["filters"]): ActionPlace[] {
  const { doc, query, inserting } = input;
  const due = inserting ? actions : actions.filter(({ operator }) => operator !== "$setOnInsert");
  if (!inserting) due.forEach(checkDollar);
  const places = due.flatMap((action) =>
    resolvePaths(doc, action.path, { filters, query }).map((parts) => ({ action, parts })),
  );
  if (due.some(({ path }) => path.includes("$")))
    checkConflicts(places.map(({ action, parts }) => ({ ...action, path: parts.join(".") })));
  return places;
}

/** Only an insert may make a top-level field whose name starts with `$`. */
function checkDollar({ path }: Action): void {
  if (!path.startsWith("$") || path.startsWith("$[")) return;
  throw new DatabaseError(
    "DollarPrefixedFieldName",
    `The dollar ($) prefixed field '${path}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  );
}

function applyAction(
  doc: Doc,
  action: Action,
  where: { parts: string[]; now: Date; matches: Where["matches"] },
): void {
  const { operator, path, operand } = action;
  const last = where.parts.at(-1) as string;
  const creates = operator !== "$unset" && !operator.startsWith("$pull") && operator !== "$pop";
  const container: Container | null = containerOf(doc, where.parts, creates);
  if (!container) return;
  if (operator === "$unset") return removeIn(container, last);
  const current: Value | Missing = getIn(container, last);
  const value = MODIFIERS[operator]?.(current, operand, { path, now: where.now, matches: where.matches });
  if (value !== undefined) setIn(container, last, copyOf(value));
}

/** An update's operand is shared by all documents that it changes; each gets its own copy. */
function copyOf(value: Value): Value {
  if (Array.isArray(value)) return value.map(copyOf);
  return isDoc(value) ? new Map([...value].map(([name, item]) => [name, copyOf(item)])) : value;
}

function rename(doc: Doc, { path, operand }: Action): void {
  const from = containerOf(doc, path.split("."), false);
  const name = path.split(".").at(-1) as string;
  const value = from ? getIn(from, name) : undefined;
  if (!from || value === undefined) return;
  if (Array.isArray(from)) throw badValue("The source field of $rename cannot be an array element");
  const target = (operand as string).split(".");
  removeIn(from, name);
  const to = containerOf(doc, target, true) as Container;
  if (Array.isArray(to)) throw badValue("The destination field of $rename cannot be an array element");
  setIn(to, target.at(-1) as string, value);
}
