import { OrganizationModel } from "../../../models/organization.ts";
import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { decideTasks as contract } from "../../../shared/contracts/workflow.ts";
import { rowRefusal } from "../../as-app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { type Holder, holderFields } from "../../queries/organizations/holder-rule.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { decideLoaded, missedDay } from "./decide-task.ts";
import { loadTasks } from "./load-task.ts";

type Input = InputOf<typeof contract>;

/** One row's own outcome (AUD-09). `error` null: decided. */
export interface RowResult {
  taskId: string;
  number: string | null;
  applicantName: string | null;
  error: AppError | null;
}

/** Rows of one transaction: more would make other writers wait too long for a batch. */
const chunkRows = 25;
/** One of these writes hundreds of people's hours: it is a chunk of its own. */
const largeProcesses: ReadonlySet<string> = new Set(["plan-declaration"]);
/** Chunks under way at once: while one waits for the database, another works. */
const chunksAtOnce = 4;

/**
 * Decides many tasks alike; each row has its own result (APR-02, AUD-09). Rows go in transactions of at most 25; one
 * that fails is repeated row by row, so that a single refusal does not take 24 others back. Errors:
 * `task.comment_required` (400) before anything is decided.
 */
export async function decideTasks(ctx: CommandContext, input: Input): Promise<RowResult[]> {
  const actor = requireActor(ctx);
  if (input.outcome === "reject" && input.comment === "") throw new AppError("task.comment_required");
  const ids = [...new Set(input.taskIds)];
  const held = await loadTasks(actor, ids);
  const isOpen = (id: string) => {
    const task = held.get(id);
    return task?.status === "open" && missedDay(ctx, task, input.outcome) === null;
  };
  const errors = new Map<string, AppError | null>();
  const isLarge = (id: string) => largeProcesses.has(held.get(id)?.processKey ?? "");
  const open = byApplicant(ids.filter(isOpen), held);
  const chunks = [...chunksOf(open.filter((id) => !isLarge(id))), ...open.filter(isLarge).map((id) => [id])];
  const decideNext = async () => {
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift())
      for (const [id, error] of await decideChunk(ctx, chunk, input)) errors.set(id, error);
  };
  await Promise.all(Array.from({ length: chunksAtOnce }, decideNext));
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

/**
 * Items of one person side by side: the last approvals of a person all write his year, and chunks that are under way
 * at once must not wait for each other.
 */
function byApplicant(ids: readonly string[], held: ReadonlyMap<string, WorkflowTaskRecord>): string[] {
  const key = (id: string) => `${held.get(id)?.organizationName}|${held.get(id)?.applicantName}`;
  return ids.toSorted((a, b) => key(a).localeCompare(key(b)));
}

function chunksOf(ids: readonly string[]): string[][] {
  const chunks: string[][] = [];
  for (let start = 0; start < ids.length; start += chunkRows)
    chunks.push(ids.slice(start, start + chunkRows));
  return chunks;
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

/** One transaction: tasks and instances are read at once, then each is decided as if alone. */
async function decideTogether(ctx: CommandContext, ids: readonly string[], input: Input): Promise<void> {
  await runCommand(ctx.app, callerOf(ctx), async (step) => {
    const tasks = await loadTasks(requireActor(step), ids);
    const instances = await loadInstances([...tasks.values()].map(({ instanceId }) => instanceId));
    const holders = await loadHolders([...instances.values()]);
    for (const id of ids) {
      const task = tasks.get(id);
      if (task === undefined) throw new AppError("task.not_found");
      const instance = instances.get(task.instanceId) ?? task.instanceId;
      await decideLoaded(step, { task, instance, holders }, rowInput(id, input));
    }
  });
}

async function loadInstances(ids: readonly string[]): Promise<Map<string, WorkflowInstanceRecord>> {
  const instances = await WorkflowInstance.find({ _id: { $in: [...ids] } }).lean<WorkflowInstanceRecord[]>();
  return new Map(instances.map((instance) => [instance._id, instance]));
}

/** Whoever comes on one of the routes: rows of one list go on to the same few. */
async function loadHolders(instances: readonly WorkflowInstanceRecord[]): Promise<Holder[]> {
  const ids = new Set(instances.flatMap(({ route }) => route.map(({ organizationId }) => organizationId)));
  return await OrganizationModel.find({ _id: { $in: [...ids] } }, holderFields).lean<Holder[]>();
}

async function decideOneByOne(ctx: CommandContext, ids: readonly string[], input: Input): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const id of ids) {
    try {
      await decideTogether(ctx, [id], input);
      outcomes.push([id, null]);
    } catch (error) {
      outcomes.push([id, rowRefusal(ctx, error)]);
    }
  }
  return outcomes;
}

function rowInput(id: string, { outcome, comment, attachments }: Input): Parameters<typeof decideLoaded>[2] {
  return { id, outcome, comment, attachments };
}
