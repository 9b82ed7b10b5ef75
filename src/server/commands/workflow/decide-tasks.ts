import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { decideTasks as contract } from "../../../shared/contracts/workflow.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { decideTask } from "./decide-task.ts";

type Input = InputOf<typeof contract>;

/** One row's own outcome (AUD-09). `error` null: decided. */
export interface RowResult {
  taskId: string;
  number: string | null;
  applicantName: string | null;
  error: AppError | null;
}

/** Rows of one transaction: more would make other writers wait too long for a batch. */
export const chunkRows = 25;

/**
 * Decides many tasks alike; each row has its own result (APR-02, AUD-09). Rows go in transactions of at most 25; one
 * that fails is repeated row by row, so that a single refusal does not take 24 others back. Errors:
 * `task.comment_required` (400) before anything is decided.
 */
export async function decideTasks(ctx: CommandContext, input: Input): Promise<RowResult[]> {
  const actor = requireActor(ctx);
  if (input.outcome === "reject" && input.comment === "") throw new AppError("task.comment_required");
  const ids = [...new Set(input.taskIds)];
  const held = await heldTasks(actor, ids);
  const isOpen = (id: string) => held.get(id)?.status === "open";
  const errors = new Map<string, AppError | null>();
  for (const chunk of chunksOf(ids.filter(isOpen))) {
    for (const [id, error] of await decideChunk(ctx, chunk, input)) errors.set(id, error);
  }
  // Those that are known to fail, each for its own reason, do not spoil a chunk.
  const others = ids.filter((id) => !isOpen(id));
  for (const [id, error] of await decideOneByOne(ctx, others, input)) errors.set(id, error);
  return ids.map((taskId) => ({
    taskId,
    number: held.get(taskId)?.number ?? null,
    applicantName: held.get(taskId)?.applicantName ?? null,
    error: errors.get(taskId) ?? null,
  }));
}

function chunksOf(ids: readonly string[]): string[][] {
  const chunks: string[][] = [];
  for (let start = 0; start < ids.length; start += chunkRows)
    chunks.push(ids.slice(start, start + chunkRows));
  return chunks;
}

type HeldTask = Pick<WorkflowTaskRecord, "number" | "applicantName" | "status">;

/** Only of rows that the actor holds is anything told; of others he learns nothing. */
async function heldTasks(actor: Actor, ids: readonly string[]): Promise<Map<string, HeldTask>> {
  const holder = actor.role === "professional" ? (actor.personId ?? "") : actor.organizationId;
  const tasks = await WorkflowTask.find(
    { _id: { $in: [...ids] }, "candidate.id": holder },
    { number: 1, applicantName: 1, status: 1 },
  ).lean();
  return new Map(tasks.map((task) => [task._id, task]));
}

type Outcome = [taskId: string, error: AppError | null];

async function decideChunk(ctx: CommandContext, ids: readonly string[], input: Input): Promise<Outcome[]> {
  try {
    await decideTogether(ctx, ids, input);
    return ids.map((id): Outcome => [id, null]);
  } catch {
    // Which row it was does not matter: alone, each one says for itself.
    return await decideOneByOne(ctx, ids, input);
  }
}

async function decideTogether(ctx: CommandContext, ids: readonly string[], input: Input): Promise<void> {
  await runCommand(ctx.app, callerOf(ctx), async (step) => {
    for (const id of ids) await decideTask(step, rowInput(id, input));
  });
}

async function decideOneByOne(ctx: CommandContext, ids: readonly string[], input: Input): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const id of ids) {
    try {
      await decideTogether(ctx, [id], input);
      outcomes.push([id, null]);
    } catch (error) {
      outcomes.push([id, refusal(ctx, error)]);
    }
  }
  return outcomes;
}

/** A row that failed for no reason of its own says so without details; the log has them. */
function refusal(ctx: CommandContext, error: unknown): AppError {
  if (error instanceof AppError) return error;
  ctx.app.log.error({ requestId: ctx.requestId, err: error }, "a row of a batch decision failed");
  return new AppError("server.internal");
}

function rowInput(id: string, { outcome, comment, attachments }: Input): Parameters<typeof decideTask>[1] {
  return { id, outcome, comment, attachments };
}
