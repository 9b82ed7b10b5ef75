import { docOf, int } from "../bson/values.ts";
import type { Server } from "./context.ts";
import { execute } from "./dispatch.ts";

/** Deletes documents that TTL indexes call expired, with the command that a client would send. */
export async function removeExpired(server: Server, now: number): Promise<void> {
  for (const { namespace, indexes } of [...server.engine.catalog.collections.values()]) {
    const [$db, ...name] = namespace.split(".");
    for (const { name: hint, fields, expireAfterSeconds } of indexes) {
      if (expireAfterSeconds === null) continue;
      const before = new Date(now - expireAfterSeconds * 1000);
      const q = docOf({ [fields[0] as string]: docOf({ $lt: before }) });
      const deletes = [docOf({ q, limit: int(0), hint })];
      await execute(server, docOf({ delete: name.join("."), deletes, $db }));
    }
  }
}
