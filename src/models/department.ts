import { defineModel, moment, number, optionalText, text } from "./schema.ts";

/** An internal department (DEP); a tree within one organization. */
export interface Department {
  _id: string;
  organizationId: string;
  name: string;
  parentId: string | null;
  order: number;
  status: "active" | "disabled";
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
    createdAt: moment,
  },
  [{ fields: { organizationId: 1, parentId: 1, name: 1 }, unique: true }],
);
