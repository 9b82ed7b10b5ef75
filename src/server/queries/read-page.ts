import type { Model } from "mongoose";
import { countedRows, type Page, pageFrom } from "./page.ts";

export interface PageRequest {
  page: number;
  pageSize: number;
  sort: Record<string, 1 | -1>;
}

/** One page of a filtered, sorted collection, with a count that stops early (NFR-01). */
export async function readPage<Row>(
  model: Model<Row>,
  filter: Record<string, unknown>,
  request: PageRequest,
): Promise<Page<Row>> {
  const { page, pageSize, sort } = request;
  const [rows, counted] = await Promise.all([
    model
      .find(filter)
      .sort(sort)
      .skip((page - 1) * pageSize)
      .limit(pageSize)
      .lean<Row[]>(),
    model.countDocuments(filter).limit(countedRows + 1),
  ]);
  return pageFrom(rows, counted, request);
}
