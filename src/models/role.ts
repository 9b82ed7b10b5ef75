import type { Module } from "../shared/modules.ts";
import { defineModel, moment, text, texts } from "./schema.ts";

/** A named set of modules that an organization grants to its administrators (ROL-01). */
export interface Role {
  _id: string;
  organizationId: string;
  name: string;
  modules: Module[];
  createdAt: Date;
  version: number;
}

export const RoleModel = defineModel<Role>(
  { name: "Role", collection: "roles" },
  { organizationId: text, name: text, modules: texts, createdAt: moment },
  [{ fields: { organizationId: 1, name: 1 }, unique: true }],
);
