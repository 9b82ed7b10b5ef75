import { decodeDoc } from "../bson/decode.ts";
import { type Doc, docOf, integer, isDoc, isTruthy, RawDoc, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse } from "../errors.ts";
import { filterOf, type FindSpec } from "../query/find.ts";
import { compileProjection } from "../query/projection.ts";
import { parseSort } from "../query/sort.ts";
import { documentKey } from "../storage/documents.ts";
import type { Operation } from "../storage/operation.ts";
import { type Command, docField, hintOf, namespaceOf } from "./context.ts";
import { runStatements } from "./insert.ts";
import { compileFor, rewriteWith, upsert, type UpdatePlan } from "./update.ts";
import { changeMatches, type Rewrite } from "./write-one.ts";

/** `findAndModify`. */
export async function findAndModify(command: Command): Promise<Doc> {
  const { body } = command;
  const removing = isTruthy(body.get("remove"));
  if (removing) checkRemoval(body);
  else if (!body.has("update")) throw failedToParse("Either an update or remove=true must be specified");
  const done = await runStatements(command, [{ run: (operation) => run(command, operation, removing) }]);
  const error = done.errors[0];
  if (error) throw errorOf(error);
  const result = done.results[0] as Doc;
  return docOf({ lastErrorObject: result.get("last"), value: result.get("value") ?? null });
}

function checkRemoval(body: Doc): void {
  if (body.has("update")) throw failedToParse("Cannot specify both an update and remove=true");
  if (isTruthy(body.get("new")))
    throw failedToParse(
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  if (isTruthy(body.get("upsert"))) throw failedToParse("Cannot specify both upsert=true and remove=true");
}

/** A statement's error becomes the command's. */
function errorOf(given: Doc): DatabaseError {
  const error = new DatabaseError(toNumber(given.get("code")), String(given.get("errmsg")));
  error.details = new Map([...given].filter(([name]) => name.startsWith("key")));
  return error;
}

async function run(command: Command, operation: Operation, removing: boolean): Promise<Doc> {
  const { body } = command;
  const collection = command.server.engine.catalog.ensure(namespaceOf(command));
  const query = docField(body, "query");
  const filter = filterOf(query, command.variables);
  const spec: FindSpec = {
    collection,
    filter,
    sort: parseSort(body.get("sort")),
    skip: 0,
    limit: 1,
    hint: hintOf(body.get("hint"), collection),
  };
  const shape = projector(command, filter.node);
  if (removing) return remove(operation, spec, shape);
  const statement: Doc = new Map([["u", body.get("update") as Value]]);
  if (body.has("arrayFilters")) statement.set("arrayFilters", body.get("arrayFilters") as Value);
  const update = compileFor(command, statement, command.variables);
  const plan: UpdatePlan = { spec, update, upsert: isTruthy(body.get("upsert")), query };
  return change(operation, plan, { shape, returnNew: isTruthy(body.get("new")) });
}

type Shape = (bytes: Buffer) => Value;

function projector(command: Command, query: Parameters<typeof compileProjection>[1]["query"]): Shape {
  const fields = command.body.get("fields");
  if (!isDoc(fields) || fields.size === 0) return (bytes) => new RawDoc(bytes);
  const projection = compileProjection(fields, { variables: command.variables, query, find: true });
  return (bytes) => projection.apply(decodeDoc(bytes));
}

async function remove(operation: Operation, spec: FindSpec, shape: Shape): Promise<Doc> {
  let value: Value = null;
  let removed = 0;
  await changeMatches(operation, spec, {
    rewrite: () => null,
    each(outcome) {
      removed++;
      value = shape(outcome.before);
    },
  });
  return docOf({ last: docOf({ n: integer(removed) }), value });
}

async function change(
  operation: Operation,
  plan: UpdatePlan,
  { shape, returnNew }: { shape: Shape; returnNew: boolean },
): Promise<Doc> {
  const rewrite: Rewrite = rewriteWith(plan.update, plan.spec.filter.node);
  let value: Value = null;
  let matched = 0;
  for (let attempt = 0; ; attempt++) {
    await changeMatches(operation, plan.spec, {
      rewrite,
      each(outcome) {
        matched++;
        value = shape(returnNew ? (outcome.after as Buffer) : outcome.before);
      },
    });
    if (matched > 0 || !plan.upsert)
      return docOf({ last: docOf({ n: integer(matched), updatedExisting: matched > 0 }), value });
    const id = await upsert(operation, plan, attempt);
    if (id === undefined) continue;
    const last = docOf({ n: integer(1), updatedExisting: false, upserted: id });
    const stored = operation.writes.docs.get(documentKey(plan.spec.collection, id));
    return docOf({ last, value: returnNew && stored ? shape(stored) : null });
  }
}
