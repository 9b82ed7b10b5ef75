import { anything, defineModel, optionalMoment, optionalText } from "./schema.ts";

/** How far a check that walks a whole collection bit by bit has come; nodes take turns by lease. */
export interface Sweep {
  _id: string;
  cursor: Record<string, unknown> | null;
  leaseOwner: string | null;
  leaseUntil: Date | null;
  /** nobody starts another round before */
  restUntil: Date | null;
  version: number;
}

export const SweepModel = defineModel<Sweep>(
  { name: "Sweep", collection: "sweeps" },
  {
    cursor: anything,
    leaseOwner: optionalText,
    leaseUntil: optionalMoment,
    restUntil: optionalMoment,
  },
);
