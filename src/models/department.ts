import { defineModel, flag, moment, number, optionalText, text } from "./schema.ts";

/** An internal department (DEP); a tree within one organization. */
export interface Department {
  _id: string;
  organizationId: string;
  name: string;
  parentId: string | null;
  order: number;
  status: "active" | "disabled";
  /** it and every department above it is active: only then can it be chosen (DEP-06) */
  available: boolean;
  createdAt: Date;
  version: number;
}

export const DepartmentModel = defineModel<Department>(
  { name: "Department", collection: "departments" },
  {
    organizationId: text,
    name: text,
    parentId: optionalText,
    order: number,
    status: text,
    available: flag,
    createdAt: moment,
  },
  [{ fields: { organizationId: 1, parentId: 1, name: 1 }, unique: true }],
);
