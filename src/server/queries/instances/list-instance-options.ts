import { processes } from "../../../workflows/catalogue.ts";
import type { ProcessDefinition } from "../../../workflows/runtime/definition.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireInspector } from "./search-scope.ts";

/** Every process by today's definition: what its steps and ends are. */
export async function listInstanceOptions(ctx: CommandContext): Promise<ProcessDefinition[]> {
  requireInspector(requireActor(ctx));
  const definitions: ProcessDefinition[] = [];
  for (const key of Object.keys(processes)) definitions.push(await ctx.app.workflow.definitions.current(key));
  return definitions;
}
