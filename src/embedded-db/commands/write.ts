import { decodeDoc } from "../bson/decode.ts";
import { encodeStored } from "../bson/encode.ts";
import { anyAtPath, splitPath } from "../bson/path.ts";
import { type Doc, docOf, integer, isTruthy, RawDoc, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse, typeMismatch } from "../errors.ts";
import { runStagesOnDoc } from "../aggregate/pipeline.ts";
import { expressionsWith } from "../expressions/table.ts";
import type { Node } from "../matcher/nodes.ts";
import { conjuncts } from "../query/bounds.ts";
import type { FindSpec } from "../query/find.ts";
import { parseSort } from "../query/sort.ts";
import type { Operation } from "../storage/transactions.ts";
import { setAtPath } from "../update/paths.ts";
import { compileUpdate, type Update } from "../update/update.ts";
import { type Command, docField, findSpec, listField, namespaceOf } from "./context.ts";
import { shapeOf } from "./read.ts";
import { runStatements, writeReply } from "./statements.ts";
import { type Changed, changeMatches, insertOne, stampEmpty } from "./write-one.ts";

/** `insert`. */
export async function insert(command: Command): Promise<Doc> {
  const collection = command.server.engine.catalog.ensure(namespaceOf(command));
  const answer = docOf({ n: integer(1) });
  const results = await runStatements(
    command,
    listField(command.body, "documents"),
    async (operation, item) => {
      if (!(item instanceof RawDoc)) throw typeMismatch("documents must be objects");
      await insertOne(operation, collection, stampEmpty(item.bytes));
      return answer;
    },
  );
  return writeReply(results, ["n"]);
}

/** `update`. */
export async function update(command: Command): Promise<Doc> {
  const results = await runStatements(command, statementsOf(command, "updates"), async (operation, item) => {
    const multi = isTruthy(item.get("multi"));
    const compiled = compileFor(command, item, item.get("u") ?? null);
    if (multi && compiled.kind === "replacement")
      throw failedToParse("multi update is not supported for replacement-style update");
    const spec = statementQuery(command, item, multi ? 0 : 1);
    const upsert = isTruthy(item.get("upsert"));
    const { matched, modified, upserted } = await updateMatches(operation, spec, { compiled, upsert });
    return docOf({ n: integer(matched), nModified: integer(modified), upserted });
  });
  return writeReply(results, ["n", "nModified"]);
}

/** `delete`. */
export async function remove(command: Command): Promise<Doc> {
  const statements = statementsOf(command, "deletes");
  // A malformed one fails them all before anything is written.
  for (const item of statements) {
    const limit = toNumber(item.get("limit"));
    if (limit !== 0 && limit !== 1)
      throw failedToParse(`The limit field in delete objects must be 0 or 1. Got ${limit}`);
  }
  const results = await runStatements(command, statements, async (operation, item) => {
    const spec = statementQuery(command, item, toNumber(item.get("limit")));
    const { matched } = await changeMatches(operation, spec, REMOVE);
    return docOf({ n: integer(matched) });
  });
  return writeReply(results, ["n"]);
}

/** What takes the place of a document that is deleted. */
const REMOVE = () => null;

const statementsOf = ({ body }: Command, name: string) => listField(body, name) as Doc[];

/** The query of a statement that concerns one document, or all (0). A retry could not tell which of all it had met. */
function statementQuery(command: Command, statement: Doc, limit: number): FindSpec {
  if (command.retry && limit === 0)
    throw new DatabaseError("InvalidOptions", "Cannot use (or request) retryable writes with multi=true");
  return findSpec(command, docField(statement, "q"), { hint: statement.get("hint"), limit });
}

/** Compiles `update`, of a statement that may have `arrayFilters`. */
function compileFor({ variables }: Command, statement: Doc, update: Value): Update {
  return compileUpdate(update, statement.get("arrayFilters"), {
    expressions: expressionsWith(variables),
    pipeline: (stages) => runStagesOnDoc(stages, variables),
  });
}

/** `findAndModify`. */
export async function findAndModify(command: Command): Promise<Doc> {
  const { body } = command;
  const removing = isTruthy(body.get("remove"));
  const returnNew = isTruthy(body.get("new"));
  const upsert = isTruthy(body.get("upsert"));
  if (removing === body.has("update"))
    throw failedToParse("Either an update or remove=true must be specified, and not both");
  if (removing && (returnNew || upsert))
    throw failedToParse("Cannot specify remove=true together with new=true or upsert=true");
  const [result] = await runStatements(command, [body], async (operation) => {
    const sort = parseSort(body.get("sort"));
    const spec = findSpec(command, docField(body, "query"), { hint: body.get("hint"), sort, limit: 1 });
    const shape = shapeOf(command, "fields", spec.filter.node);
    const compiled = removing ? null : compileFor(command, body, body.get("update") ?? null);
    const done: Updated = compiled
      ? await updateMatches(operation, spec, { compiled, upsert })
      : await changeMatches(operation, spec, REMOVE);
    const { matched, upserted } = done;
    const bytes = returnNew ? done.after : done.before;
    const updatedExisting = removing ? undefined : matched > 0 && upserted === undefined;
    return docOf({
      lastErrorObject: docOf({ n: integer(matched), updatedExisting, upserted }),
      value: bytes ? shape(new RawDoc(bytes)) : null,
    });
  });
  if (result instanceof DatabaseError) throw result;
  return new Map(result);
}

/** What was changed; of an upsert, the document that it made. */
type Updated = Changed & { upserted?: Value };

/** Updates what a query finds; where that is nothing, inserts what an upsert makes. */
async function updateMatches(
  operation: Operation,
  spec: FindSpec,
  { compiled, upsert }: { compiled: Update; upsert: boolean },
): Promise<Updated> {
  const query = spec.filter.node;
  const rewrite = (before: Buffer) => rewritten(compiled, decodeDoc(before), query);
  for (let attempt = 0; ; attempt++) {
    const done = await changeMatches(operation, spec, rewrite);
    if (done.matched > 0 || !upsert) return done;
    const made = upsertDocument(query, compiled);
    try {
      const { id, bytes } = await insertOne(operation, spec.collection, made);
      return { matched: 1, modified: 0, before: null, after: bytes, upserted: id };
    } catch (error) {
      // Another writer may have been faster: then there is something to update now.
      if (operation.isTransaction || attempt >= 3 || !isAskedFor(query, error)) throw error;
    }
  }
}

/** Whether an error is a duplicate of a key that the query asks for. */
function isAskedFor(query: Node, error: unknown): boolean {
  if (!(error instanceof DatabaseError) || error.codeName !== "DuplicateKey") return false;
  const asked = new Set(equalities(query).map(([path]) => path));
  const taken = error.details.get("keyValue") as Doc;
  return [...taken.keys()].every((path) => asked.has(path));
}

/** The document that an upsert inserts: the query's equalities (of a replacement only the `_id`), then the update. */
function upsertDocument(query: Node, compiled: Update): Buffer {
  const doc: Doc = new Map();
  const given = equalities(query).filter(([path]) => compiled.kind !== "replacement" || path === "_id");
  for (const [i, [path, value]] of given.entries()) {
    const other = given.find(([known], at) => at < i && `${path}.`.startsWith(`${known}.`));
    if (other || anyAtPath(doc, splitPath(path), (present) => present !== undefined))
      throw new DatabaseError(54, `cannot infer query fields to set, path '${path}' is matched twice`);
    setAtPath(doc, path, value);
  }
  // A copy: the values are the query's, and another attempt asks it again.
  return rewritten(compiled, decodeDoc(encodeStored(doc)), null);
}

/** The bytes of a document after an update. */
function rewritten(compiled: Update, doc: Doc, query: Node | null): Buffer {
  const bytes = encodeStored(compiled.apply(doc, query));
  return compiled.kind === "replacement" ? stampEmpty(bytes) : bytes;
}

/** Paths and values that every match must have: `$eq`, and `$in` with one value. */
function equalities(query: Node): [string, Value][] {
  return conjuncts(query).flatMap(({ node, nested }): [string, Value][] => {
    if (nested) return [];
    if (node.kind === "compare" && node.operator === "$eq") return [[node.path, node.value]];
    const single = node.kind === "in" && node.plain && node.values.length === 1;
    return single ? [[node.path, node.values[0] as Value]] : [];
  });
}
