import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";

/** Where a search goes on: at this moment, after so many rows of the very same moment. */
export interface Cursor {
  readonly ms: number;
  readonly skip: number;
}

/** `1795399200000-2` as a client hands it back. */
export function cursorOf(text: string): Cursor {
  const [ms = "", skip = ""] = text.split("-");
  return { ms: Number(ms), skip: Number(skip) };
}

export function cursorText({ ms, skip }: Cursor): string {
  return `${ms}-${skip}`;
}

/** The cursor after one more row. */
export function after(cursor: Cursor | null, at: Date): Cursor {
  const ms = at.getTime();
  return cursor?.ms === ms ? { ms, skip: cursor.skip + 1 } : { ms, skip: 1 };
}

/** An instance, and the moment by which its driver sorts. */
export interface DrivenRow {
  readonly at: Date;
  readonly instance: WorkflowInstanceRecord;
}

/** Reads instances along one index, latest first, so that a page costs the same wherever it is. */
export type Driver = (cursor: Cursor | null, size: number) => Promise<DrivenRow[]>;

/** What lists do not show is not read. */
const fields = { facts: 0, route: 0, events: 0 };

/** Instances by when they were started. `filter` is what an index of instances begins with. */
export function byStart(filter: Record<string, unknown>, range: { from?: Date; until?: Date }): Driver {
  return async (cursor, size) => {
    const until = cursor === null ? range.until : new Date(cursor.ms);
    const bounds = {
      ...(range.from === undefined ? {} : { $gte: range.from }),
      ...(until === undefined ? {} : { [cursor === null ? "$lt" : "$lte"]: until }),
    };
    const instances = await WorkflowInstance.find(
      { ...filter, ...(Object.keys(bounds).length === 0 ? {} : { startedAt: bounds }) },
      fields,
    )
      .sort({ startedAt: -1 })
      .skip(cursor?.skip ?? 0)
      .limit(size)
      .lean<WorkflowInstanceRecord[]>();
    return instances.map((instance) => ({ at: instance.startedAt, instance }));
  };
}

/** Instances by when their open task was opened: what a holder has, or what waits at a position. */
export function byOpenTask(filter: Record<string, unknown>): Driver {
  return async (cursor, size) => {
    const range = cursor === null ? {} : { createdAt: { $lte: new Date(cursor.ms) } };
    const tasks = await WorkflowTask.find(
      { ...filter, status: "open", ...range },
      { instanceId: 1, createdAt: 1 },
    )
      .sort({ createdAt: -1 })
      .skip(cursor?.skip ?? 0)
      .limit(size)
      .lean<Pick<WorkflowTaskRecord, "instanceId" | "createdAt">[]>();
    const ids = [...new Set(tasks.map(({ instanceId }) => instanceId))];
    const instances = await WorkflowInstance.find({ _id: { $in: ids } }, fields).lean<
      WorkflowInstanceRecord[]
    >();
    const byId = new Map(instances.map((instance) => [instance._id, instance]));
    return tasks.flatMap(({ instanceId, createdAt }) => {
      const instance = byId.get(instanceId);
      return instance === undefined ? [] : [{ at: createdAt, instance }];
    });
  };
}

/** One instance that is known already. */
export function onlyInstance(instanceId: string): Driver {
  return async (cursor) => {
    if (cursor !== null) return [];
    const instance = await WorkflowInstance.findById(instanceId, fields).lean<WorkflowInstanceRecord>();
    return instance === null ? [] : [{ at: instance.startedAt, instance }];
  };
}
