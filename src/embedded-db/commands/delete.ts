import { type Doc, integer, isDoc, docOf, toNumber } from "../bson/values.ts";
import { DatabaseError, failedToParse } from "../errors.ts";
import { filterOf } from "../query/find.ts";
import { type Command, docField, docList, findCollection, hintOf, refuseOptions } from "./context.ts";
import { runStatements, type Statement, sumOf, writeReply } from "./insert.ts";
import { changeMatches } from "./write-one.ts";

/** `delete`. */
export async function remove(command: Command): Promise<Doc> {
  const collection = findCollection(command);
  const statements = docList(command.body, "deletes").map<Statement>((item) => ({
    async run(operation) {
      if (!isDoc(item)) throw new DatabaseError("TypeMismatch", "deletes must hold objects");
      refuseOptions(item);
      const limit = toNumber(item.get("limit"));
      if (limit !== 0 && limit !== 1)
        throw failedToParse("The limit field in delete objects must be 0 or 1. Got " + String(limit));
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
