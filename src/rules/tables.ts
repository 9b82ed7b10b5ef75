import { isInForce } from "./compile-decision.ts";
import { citationOf } from "./load-packs.ts";
import type { Fields } from "./facts.ts";
import type { Pack, Table } from "./pack-schema.ts";
import { RuleError } from "./rule-error.ts";
import type { Scalar, TableStep } from "./trace.ts";

interface LookUp {
  readonly name: string;
  readonly keys: readonly Scalar[];
  readonly year: number;
  /** Titles of facts and options, for messages. */
  readonly fields: Fields;
}

/**
 * The cell of a dated table, with its citation. An array in a table is indexed from 1 (first, second … author).
 * @throws RuleError `hours.outside_table` that names the fact whose value has no cell (CNV-08).
 */
export function lookUp(pack: Pack, query: LookUp): TableStep {
  const tables = pack.tables ?? {};
  const table = Object.hasOwn(tables, query.name) ? tables[query.name] : undefined;
  const row = table?.rows.find((one) => isInForce(one, query.year));
  if (table === undefined || row === undefined) throw outside(query, undefined, query.year);
  let cell: unknown = row.values;
  query.keys.forEach((key, index) => {
    cell = child(cell, key);
    if (cell === undefined) throw outside(query, table, index);
  });
  if (typeof cell !== "number") throw outside(query, table, query.keys.length);
  return {
    kind: "table",
    table: query.name,
    title: table.title,
    unit: table.unit,
    keys: query.keys,
    from: row.from,
    to: row.to,
    value: cell,
    citation: citationOf(pack, row.cite),
  };
}

/** Whether a region code belongs to a set of regions in a year. */
export function isInSet(pack: Pack, query: { name: string; code: string; year: number }): boolean {
  const sets = pack.sets ?? {};
  const rows = Object.hasOwn(sets, query.name) ? (sets[query.name]?.rows ?? []) : [];
  return rows
    .filter((row) => isInForce(row, query.year))
    .some(
      (row) =>
        row.prefixes.some((prefix) => query.code.startsWith(prefix)) && !row.except.includes(query.code),
    );
}

function child(node: unknown, key: Scalar): unknown {
  if (Array.isArray(node))
    return typeof key === "number" && Number.isInteger(key) ? node[key - 1] : undefined;
  if (typeof node !== "object" || node === null || !Object.hasOwn(node, String(key))) return undefined;
  return Reflect.get(node, String(key));
}

function outside(query: LookUp, table: Table | undefined, index: number): RuleError {
  const fact = table?.keys[index] ?? "year";
  const { title, value } = shown(query, fact, query.keys[index] ?? query.year);
  return new RuleError({
    code: "hours.outside_table",
    message: `${table?.title ?? query.name}：“${title}”（${fact}）为 ${value} 的不在表内，不计学时`,
    messageEn: `No hours: table ${query.name} has no cell for ${fact} = ${String(query.keys[index] ?? query.year).slice(0, 40)}`,
    facts: [fact],
  });
}

/** A fact and its value in the words of the form. */
function shown(query: LookUp, fact: string, value: Scalar): { title: string; value: string } {
  const field = Object.hasOwn(query.fields, fact) ? query.fields[fact] : undefined;
  const option = field?.options?.find((one) => one.value === value);
  return { title: field?.title ?? fact, value: option?.title ?? String(value).slice(0, 40) };
}
