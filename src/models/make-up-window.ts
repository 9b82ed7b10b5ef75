import { defineModel, moment, number, optionalMoment, optionalText, text, texts } from "./schema.ts";

/** A time in which a past year may be declared after all (往年补报, PST-02): for a person, a unit or a region. */
export interface MakeUpWindow {
  _id: string;
  target: "person" | "organization" | "region";
  /** id of the person or organization, or the region's code */
  targetId: string;
  targetName: string;
  year: number;
  reason: string;
  /** ISO days; both are inside */
  from: string;
  to: string;
  /** the bureau that opened it and those above it: they see it */
  scopeIds: string[];
  openedByAccountId: string;
  openedByName: string;
  openedByOrganizationId: string;
  openedByOrganizationName: string;
  openedAt: Date;
  closedAt: Date | null;
  closedByName: string | null;
  closeReason: string | null;
  version: number;
}

export const MakeUpWindowModel = defineModel<MakeUpWindow>(
  { name: "MakeUpWindow", collection: "make-up-windows" },
  {
    target: text,
    targetId: text,
    targetName: text,
    year: number,
    reason: text,
    from: text,
    to: text,
    scopeIds: texts,
    openedByAccountId: text,
    openedByName: text,
    openedByOrganizationId: text,
    openedByOrganizationName: text,
    openedAt: moment,
    closedAt: optionalMoment,
    closedByName: optionalText,
    closeReason: optionalText,
  },
  [{ fields: { targetId: 1, year: 1, to: 1 } }, { fields: { scopeIds: 1, openedAt: -1, _id: 1 } }],
);
