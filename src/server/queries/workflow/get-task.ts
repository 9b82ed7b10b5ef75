import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getTask as contract } from "../../../shared/contracts/workflow.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { loadTask } from "../../commands/workflow/load-task.ts";
import { type TaskRow, taskRows } from "./task-rows.ts";

/** One task that the actor holds or held; else `task.not_found` (404). */
export async function getTask(ctx: CommandContext, input: InputOf<typeof contract>): Promise<TaskRow> {
  const [row] = await taskRows(ctx, [await loadTask(requireActor(ctx), input.id)]);
  if (row === undefined) throw new AppError("task.not_found");
  return row;
}
