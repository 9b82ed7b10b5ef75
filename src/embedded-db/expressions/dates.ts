import { int, isDoc, type Missing, ObjectId, Timestamp, typeName, type Value } from "../bson/values.ts";
import { DatabaseError, notImplemented } from "../errors.ts";
import { isNull } from "./basic.ts";
import { namedArguments, type Operator } from "./compile.ts";

function instant(name: string, value: Value | Missing): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  if (value instanceof Timestamp) return new Date(value.t * 1000);
  throw new DatabaseError(16006, `can't convert from BSON type ${typeName(value)} to Date (${name})`);
}

/** The expression of the date, given alone, in an array, or as `{ date }`; a time zone is refused. */
function dateOf(name: string, argument: Value): Value {
  if (!isDoc(argument) || !argument.has("date"))
    return Array.isArray(argument) && argument.length === 1 ? (argument[0] as Value) : argument;
  const parts = namedArguments(argument, name, { required: ["date"], optional: ["timezone"] });
  if (parts.has("timezone")) throw notImplemented(`the time zone of ${name}`);
  return parts.get("date") as Value;
}

/** A part of a date in UTC. */
function part(name: string, read: (at: Date) => number): [string, Operator] {
  return [
    name,
    (argument, compiling) => {
      const date = compiling.compile(dateOf(name, argument));
      return (scope) => {
        const value = date(scope);
        return isNull(value) ? null : int(read(instant(name, value)));
      };
    },
  ];
}

export const DATE_OPERATORS: [string, Operator][] = [
  part("$year", (at) => at.getUTCFullYear()),
  part("$month", (at) => at.getUTCMonth() + 1),
  part("$dayOfMonth", (at) => at.getUTCDate()),
];
