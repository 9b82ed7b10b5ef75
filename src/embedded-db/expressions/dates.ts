import { int, type Missing, ObjectId, Timestamp, typeName, type Value } from "../bson/values.ts";
import { DatabaseError, notImplemented } from "../errors.ts";
import { isNull } from "./basic.ts";
import { type Compiling, type Evaluate, namedArguments, type Operator } from "./compile.ts";
import { isDoc } from "../bson/values.ts";

function instant(name: string, value: Value | Missing): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  if (value instanceof Timestamp) return new Date(value.t * 1000);
  throw new DatabaseError(16006, `can't convert from BSON type ${typeName(value)} to Date (${name})`);
}

/** Offset of a time zone at an instant, in milliseconds. Takes `+08`, `+0800`, `+08:00` and Olson names. */
export function offsetOf(zone: string, at: Date): number {
  const fixed = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (fixed) return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0)) * 60_000;
  if (zone === "UTC" || zone === "GMT" || zone === "Z") return 0;
  try {
    const parts = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    }).formatToParts(at);
    const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
    const wall = Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
    );
    return wall - Math.floor(at.getTime() / 1000) * 1000;
  } catch {
    throw new DatabaseError(40485, `unrecognized time zone identifier: "${zone}"`);
  }
}

interface DateArguments {
  date: Evaluate;
  zone: Evaluate;
}

/** The date shifted so that its UTC fields are the wall clock's in the wanted zone. */
function wallClock(
  name: string,
  { date, zone }: DateArguments,
): (scope: Parameters<Evaluate>[0]) => Date | null {
  return (scope) => {
    const value = date(scope);
    const place = zone(scope);
    if (isNull(value) || place === null) return null;
    const at = instant(name, value);
    return place === undefined ? at : new Date(at.getTime() + offsetOf(String(place), at));
  };
}

const MISSING: Evaluate = () => undefined;

function dateArguments(name: string, argument: Value, compiling: Compiling): DateArguments {
  if (isDoc(argument) && argument.has("date")) {
    const parts = namedArguments(argument, name, { required: ["date"], optional: ["timezone"] });
    const zone = parts.get("timezone");
    return {
      date: compiling.compile(parts.get("date") as Value),
      zone: zone === undefined ? MISSING : compiling.compile(zone),
    };
  }
  const single = Array.isArray(argument) && argument.length === 1 ? (argument[0] as Value) : argument;
  return { date: compiling.compile(single), zone: MISSING };
}

function part(name: string, read: (wall: Date) => number): [string, Operator] {
  return [
    name,
    (argument, compiling) => {
      const wall = wallClock(name, dateArguments(name, argument, compiling));
      return (scope) => {
        const at = wall(scope);
        return at ? int(read(at)) : null;
      };
    },
  ];
}

const dayOfYear = (wall: Date): number =>
  Math.floor(
    (Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()) -
      Date.UTC(wall.getUTCFullYear(), 0, 1)) /
      86_400_000,
  ) + 1;

const pad = (value: number, digits: number): string => String(value).padStart(digits, "0");

const FORMATS: Record<string, (wall: Date, offset: number) => string> = {
  Y: (wall) => pad(wall.getUTCFullYear(), 4),
  m: (wall) => pad(wall.getUTCMonth() + 1, 2),
  d: (wall) => pad(wall.getUTCDate(), 2),
  H: (wall) => pad(wall.getUTCHours(), 2),
  M: (wall) => pad(wall.getUTCMinutes(), 2),
  S: (wall) => pad(wall.getUTCSeconds(), 2),
  L: (wall) => pad(wall.getUTCMilliseconds(), 3),
  j: (wall) => pad(dayOfYear(wall), 3),
  w: (wall) => String(wall.getUTCDay() + 1),
  z: (_wall, offset) =>
    `${offset < 0 ? "-" : "+"}${pad(Math.floor(Math.abs(offset) / 3_600_000), 2)}${pad((Math.abs(offset) / 60_000) % 60, 2)}`,
  "%": () => "%",
};

const dateToString: Operator = (argument, compiling) => {
  const parts = namedArguments(argument, "$dateToString", {
    required: ["date"],
    optional: ["format", "timezone", "onNull"],
  });
  const date = compiling.compile(parts.get("date") as Value);
  const zone = compiling.compile(parts.get("timezone") ?? "UTC");
  const format = compiling.compile(parts.get("format") ?? "%Y-%m-%dT%H:%M:%S.%LZ");
  const onNull = compiling.compile(parts.get("onNull") ?? null);
  return (scope) => {
    const value = date(scope);
    if (isNull(value)) return onNull(scope);
    const at = instant("$dateToString", value);
    const offset = offsetOf(String(zone(scope)), at);
    const wall = new Date(at.getTime() + offset);
    return String(format(scope)).replace(/%(.)/g, (_whole, letter: string) => {
      const write = FORMATS[letter];
      if (!write) throw notImplemented(`the date format %${letter}`);
      return write(wall, offset);
    });
  };
};

export const DATE_OPERATORS: [string, Operator][] = [
  part("$year", (wall) => wall.getUTCFullYear()),
  part("$month", (wall) => wall.getUTCMonth() + 1),
  part("$dayOfMonth", (wall) => wall.getUTCDate()),
  part("$hour", (wall) => wall.getUTCHours()),
  part("$minute", (wall) => wall.getUTCMinutes()),
  part("$second", (wall) => wall.getUTCSeconds()),
  part("$millisecond", (wall) => wall.getUTCMilliseconds()),
  part("$dayOfWeek", (wall) => wall.getUTCDay() + 1),
  part("$dayOfYear", dayOfYear),
  part("$week", (wall) => Math.floor((dayOfYear(wall) + 6 - wall.getUTCDay()) / 7)),
  ["$dateToString", dateToString],
];
