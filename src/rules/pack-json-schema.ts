import { z } from "zod";
import { packSchema } from "./pack-schema.ts";

/** The shape of a pack as JSON Schema, for editors: `docs/policy-pack.schema.json` is this, written to a file. */
export function packJsonSchema(): object {
  return { title: "学时规则包", ...z.toJSONSchema(packSchema, { io: "input" }) };
}
