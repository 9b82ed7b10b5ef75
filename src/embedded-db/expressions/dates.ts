import { int, type Missing, ObjectId, Timestamp, toNumber, typeName, type Value } from "../bson/values.ts";
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

const UNIT_MS: Record<string, number | undefined> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};
const UNIT_MONTHS: Record<string, number | undefined> = { month: 1, quarter: 3, year: 12 };

/** Adds calendar months, keeping the day within the month. */
function addMonths(wall: Date, months: number): Date {
  const day = wall.getUTCDate();
  const moved = new Date(wall);
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + months);
  const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(day, last));
  return moved;
}

function shift(name: string, sign: number): [string, Operator] {
  return [
    name,
    (argument, compiling) => {
      const parts = namedArguments(argument, name, {
        required: ["startDate", "unit", "amount"],
        optional: ["timezone"],
      });
      const [start, unit, amount] = ["startDate", "unit", "amount"].map((one) =>
        compiling.compile(parts.get(one) as Value),
      ) as [Evaluate, Evaluate, Evaluate];
      const zone = compiling.compile(parts.get("timezone") ?? "UTC");
      return (scope) => {
        const [from, by, count] = [start(scope), unit(scope), amount(scope)];
        if (isNull(from) || isNull(by) || isNull(count)) return null;
        const at = instant(name, from);
        const steps = sign * toNumber(count);
        const ms = UNIT_MS[String(by)];
        const place = String(zone(scope));
        if (ms !== undefined && (ms < 86_400_000 || place === "UTC"))
          return new Date(at.getTime() + steps * ms);
        return shiftCalendar({ at, place, steps, unit: String(by) });
      };
    },
  ];
}

function shiftCalendar({
  at,
  place,
  steps,
  unit,
}: {
  at: Date;
  place: string;
  steps: number;
  unit: string;
}): Date {
  const wall = new Date(at.getTime() + offsetOf(place, at));
  const ms = UNIT_MS[unit];
  const months = UNIT_MONTHS[unit];
  if (ms === undefined && months === undefined)
    throw new DatabaseError("FailedToParse", `unknown time unit value: ${unit}`);
  const moved =
    ms !== undefined ? new Date(wall.getTime() + steps * ms) : addMonths(wall, steps * (months as number));
  const guess = new Date(moved.getTime() - offsetOf(place, at));
  return new Date(moved.getTime() - offsetOf(place, guess));
}

const dateDiff: Operator = (argument, compiling) => {
  const parts = namedArguments(argument, "$dateDiff", {
    required: ["startDate", "endDate", "unit"],
    optional: ["timezone"],
  });
  const [start, end, unit] = ["startDate", "endDate", "unit"].map((one) =>
    compiling.compile(parts.get(one) as Value),
  ) as [Evaluate, Evaluate, Evaluate];
  const zone = compiling.compile(parts.get("timezone") ?? "UTC");
  return (scope) => {
    const [from, to, by] = [start(scope), end(scope), unit(scope)];
    if (isNull(from) || isNull(to) || isNull(by)) return null;
    const place = String(zone(scope));
    const wall = (value: Value) => {
      const at = instant("$dateDiff", value);
      return new Date(at.getTime() + offsetOf(place, at));
    };
    return boundariesBetween(wall(from), wall(to), String(by));
  };
};

function boundariesBetween(from: Date, to: Date, unit: string): bigint {
  const months = UNIT_MONTHS[unit];
  if (months !== undefined) {
    const index = (at: Date) => Math.floor((at.getUTCFullYear() * 12 + at.getUTCMonth()) / months);
    return BigInt(index(to) - index(from));
  }
  const ms = UNIT_MS[unit];
  if (ms === undefined) throw new DatabaseError("FailedToParse", `unknown time unit value: ${unit}`);
  // Weeks start on Sunday; 1970-01-01 was a Thursday.
  const shiftMs = unit === "week" ? 4 * 86_400_000 : 0;
  const index = (at: Date) => Math.floor((at.getTime() + shiftMs) / ms);
  return BigInt(index(to) - index(from));
}

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
  shift("$dateAdd", 1),
  shift("$dateSubtract", -1),
  ["$dateDiff", dateDiff],
];
