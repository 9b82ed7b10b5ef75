import { isInForce } from "./compile-decision.ts";
import { citationOf } from "./load-packs.ts";
import type { Pack, Table } from "./pack-schema.ts";
import { RuleError } from "./rule-error.ts";
import type { Scalar, TableStep } from "./trace.ts";

interface LookUp {
  readonly name: string;
  readonly keys: readonly Scalar[];
  readonly year: number;
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

function child(node: unknown, key: Scalar): unknown {
  if (Array.isArray(node))
    return typeof key === "number" && Number.isInteger(key) ? node[key - 1] : undefined;
  if (typeof node !== "object" || node === null || !Object.hasOwn(node, String(key))) return undefined;
  return Reflect.get(node, String(key));
}

function outside(query: LookUp, table: Table | undefined, index: number): RuleError {
  const fact = table?.keys[index] ?? "year";
  const value = String(query.keys[index] ?? query.year).slice(0, 40);
  return new RuleError({
    code: "hours.outside_table",
    message: `${table?.title ?? query.name}没有 ${fact} = ${value} 的一格，不计学时`,
    messageEn: `No hours: table ${query.name} has no cell for ${fact} = ${value}`,
    facts: [fact],
  });
}
