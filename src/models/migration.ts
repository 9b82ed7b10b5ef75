import { defineModel, moment } from "./schema.ts";

/** A migration that has run: its dated name is the id. */
export interface Migration {
  _id: string;
  ranAt: Date;
  version: number;
}

export const MigrationModel = defineModel<Migration>(
  { name: "Migration", collection: "migrations" },
  { ranAt: moment },
);
