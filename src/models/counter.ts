import { defineModel, number } from "./schema.ts";

/** Numbers handed out in blocks, so that concurrent transactions do not queue on one document. */
export interface Counter {
  _id: string;
  next: number;
  version: number;
}

export const CounterModel = defineModel<Counter>(
  { name: "Counter", collection: "counters" },
  { next: number },
);
