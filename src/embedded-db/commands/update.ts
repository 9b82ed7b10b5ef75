import { decodeDoc } from "../bson/decode.ts";
import { encodeStored } from "../bson/encode.ts";
import { anyAtPath, splitPath } from "../bson/path.ts";
import { type Doc, docOf, integer, isDoc, isTruthy, ObjectId, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse } from "../errors.ts";
import { runStagesOnDoc } from "../aggregate/pipeline.ts";
import { evaluateConstant, expressionsWith, type Variables } from "../expressions/table.ts";
import type { Node } from "../matcher/nodes.ts";
import { filterOf, type FindSpec } from "../query/find.ts";
import type { Operation } from "../storage/operation.ts";
import { compileUpdate, type Update } from "../update/update.ts";
import { setAtPath } from "../update/paths.ts";
import { type Command, docField, docList, hintOf, namespaceOf } from "./context.ts";
import { checkFields, NESTED_FIELDS } from "./fields.ts";
import { type Statement, runStatements, sumOf, writeReply } from "./insert.ts";
import { changeMatches, checkId, insertOne, prepareInsert, type Rewrite } from "./write-one.ts";
import { conjuncts } from "../query/bounds.ts";

/** One statement of `update`, compiled. */
export interface UpdatePlan {
  spec: FindSpec;
  update: Update;
  upsert: boolean;
  query: Doc;
}

/** Compiles an update for a collection; `variables` already hold `let` and `c`. */
export function compileFor(command: Command, statement: Doc, variables: Variables): Update {
  return compileUpdate(statement.get("u") ?? null, statement.get("arrayFilters"), {
    expressions: expressionsWith(variables),
    pipeline(stages) {
      const all = new Map(variables);
      for (const [name, value] of docField(statement, "c")) all.set(name, evaluateConstant(value, variables));
      return runStagesOnDoc(stages, all);
    },
  });
}

/** The rewriting of a matched document. */
export function rewriteWith(update: Update, query: Node): Rewrite {
  return (before) => encodeStored(update.apply(decodeDoc(before), query));
}

/** Malformed statements fail the whole command, before anything is written. */
function checkStatement(item: Value): asserts item is Doc {
  if (!isDoc(item)) throw new DatabaseError("TypeMismatch", "updates must hold objects");
  checkFields(item, "update.updates", NESTED_FIELDS["update.updates"]);
}

function parseStatement(command: Command, item: Value): UpdatePlan {
  checkStatement(item);
  const collection = command.server.engine.catalog.ensure(namespaceOf(command));
  const query = docField(item, "q");
  const multi = isTruthy(item.get("multi"));
  const update = compileFor(command, item, command.variables);
  if (multi && update.kind === "replacement")
    throw failedToParse("multi update is not supported for replacement-style update");
  const spec: FindSpec = {
    collection,
    filter: filterOf(query, command.variables),
    sort: [],
    skip: 0,
    limit: multi ? 0 : 1,
    hint: hintOf(item.get("hint"), collection),
  };
  return { spec, update, upsert: isTruthy(item.get("upsert")), query };
}

/** `update`. */
export async function update(command: Command): Promise<Doc> {
  const items = docList(command.body, "updates");
  items.forEach(checkStatement);
  const statements = items.map<Statement>((item) => ({
    run: (operation) => runUpdate(operation, parseStatement(command, item)),
  }));
  const done = await runStatements(command, statements);
  const upserted = done.results.flatMap((result) =>
    result.has("upserted") ? [docOf({ index: result.get("index"), _id: result.get("upserted") })] : [],
  );
  return writeReply(done, {
    n: sumOf(done, "n"),
    nModified: sumOf(done, "nModified"),
    upserted: upserted.length > 0 ? upserted : undefined,
  });
}

async function runUpdate(operation: Operation, plan: UpdatePlan): Promise<Doc> {
  let matched = 0;
  let modified = 0;
  const rewrite = rewriteWith(plan.update, plan.spec.filter.node);
  for (let attempt = 0; ; attempt++) {
    await changeMatches(operation, plan.spec, {
      rewrite,
      each(outcome) {
        matched++;
        if (outcome.kind === "changed") modified++;
      },
    });
    if (matched > 0 || !plan.upsert) return docOf({ n: integer(matched), nModified: integer(modified) });
    const id = await upsert(operation, plan, attempt);
    if (id !== undefined) return docOf({ n: integer(1), nModified: integer(0), upserted: id });
  }
}

/** Inserts the upsert's document; `undefined` when another writer was faster and the update must look again. */
export async function upsert(
  operation: Operation,
  plan: UpdatePlan,
  attempt: number,
): Promise<Value | undefined> {
  const doc = upsertDocument(plan);
  try {
    const ready = prepareInsert(encodeStored(doc));
    await insertOne(operation, plan.spec.collection, ready);
    return ready.id;
  } catch (error) {
    const raced =
      error instanceof DatabaseError && error.codeName === "DuplicateKey" && !operation.isTransaction;
    if (raced && attempt < 3 && namesTheKey(plan.spec.filter.node, error)) return undefined;
    throw error;
  }
}

/** A duplicate key is worth another look only when the query asks for just that key. */
function namesTheKey(query: Node, error: DatabaseError): boolean {
  const values = error.details.get("keyValue");
  if (!isDoc(values)) return false;
  const equal = conjuncts(query).flatMap(({ node }) =>
    node.kind === "compare" && node.operator === "$eq" ? [node.path] : [],
  );
  return [...values.keys()].every((path) => equal.includes(path));
}

/** The document that an upsert inserts: the query's equalities, then the update. */
export function upsertDocument({ spec, update: change, query }: UpdatePlan): Doc {
  const doc: Doc = new Map();
  if (change.kind !== "replacement") seedEqualities(doc, spec.filter.node);
  else {
    const id = equalityOn(query, "_id");
    if (id !== undefined) doc.set("_id", id);
  }
  // A copy: the values are the query's, and another attempt asks it again.
  const result = change.apply(decodeDoc(encodeStored(doc)), null);
  if (!result.has("_id")) return new Map<string, Value>([["_id", new ObjectId()], ...result]);
  const id = result.get("_id") as Value;
  checkId(id);
  return new Map<string, Value>([["_id", id], ...[...result].filter(([name]) => name !== "_id")]);
}

function equalityOn(query: Doc, path: string): Value | undefined {
  const value = query.get(path);
  if (isDoc(value))
    return value.get("$eq") ?? ([...value.keys()].some((name) => name.startsWith("$")) ? undefined : value);
  return value;
}

function seedEqualities(doc: Doc, node: Node): void {
  for (const { node: condition, nested } of conjuncts(node)) {
    if (nested) continue;
    const value =
      condition.kind === "compare" && condition.operator === "$eq" ? condition.value : onlyValue(condition);
    if (value === undefined || !("path" in condition)) continue;
    if (anyAtPath(doc, splitPath(condition.path), (present) => present !== undefined)) {
      throw new DatabaseError(
        54,
        `cannot infer query fields to set, path '${condition.path}' is matched twice`,
      );
    }
    setAtPath(doc, condition.path, value);
  }
}

/** `$in` with one value is an equality too. */
function onlyValue(node: Node): Value | undefined {
  if (node.kind === "or" && node.children.length === 1) return undefined;
  return node.kind === "in" && node.plain && node.values.length === 1 ? node.values[0] : undefined;
}
