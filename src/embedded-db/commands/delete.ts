import { type Doc, integer, isDoc, docOf, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse } from "../errors.ts";
import { filterOf } from "../query/find.ts";
import { type Command, docField, docList, findCollection, hintOf } from "./context.ts";
import { checkFields, NESTED_FIELDS } from "./fields.ts";
import { runStatements, type Statement, sumOf, writeReply } from "./insert.ts";
import { changeMatches } from "./write-one.ts";

/** Malformed statements fail the whole command, before anything is deleted. */
function checked(item: Value): { item: Doc; limit: number } {
  if (!isDoc(item)) throw new DatabaseError("TypeMismatch", "deletes must hold objects");
  checkFields(item, "delete.deletes", NESTED_FIELDS["delete.deletes"]);
  const limit = toNumber(item.get("limit"));
  if (limit !== 0 && limit !== 1)
    throw failedToParse(`The limit field in delete objects must be 0 or 1. Got ${limit}`);
  return { item, limit };
}

/** `delete`. */
export async function remove(command: Command): Promise<Doc> {
  const collection = findCollection(command);
  const items = docList(command.body, "deletes").map(checked);
  const statements = items.map<Statement>(({ item, limit }) => ({
    async run(operation) {
      const filter = filterOf(docField(item, "q"), command.variables);
      const hint = hintOf(item.get("hint"), collection);
      let removed = 0;
      if (collection) {
        await changeMatches(
          operation,
          { collection, filter, sort: [], skip: 0, limit, hint },
          { rewrite: () => null, each: () => removed++ },
        );
      }
      return docOf({ n: integer(removed) });
    },
  }));
  const done = await runStatements(command, statements);
  return writeReply(done, { n: sumOf(done, "n") });
}
