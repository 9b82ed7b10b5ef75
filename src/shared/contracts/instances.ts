import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { date, done, id, idParams, longText } from "./fields.ts";

/** Instances for those who inspect, urge and repair them (FLW, OPS-04, PRG-09). Their page is in `workflow.ts`. */

const elementId = z
  .string()
  .max(80, "环节标识过长")
  .regex(/^[A-Za-z_][\w.-]*$/, "环节标识格式不正确");
const processKey = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9-]*$/, "流程标识格式不正确");
const reason = longText(500).min(2, "请填写原因");
const moment = z.string();

export const instanceStatusNames = { open: "办理中", completed: "已办结", cancelled: "已终止" } as const;

export const instanceRow = z.object({
  id: z.string(),
  number: z.string(),
  processKey: z.string(),
  processName: z.string(),
  title: z.string(),
  applicantName: z.string(),
  organizationName: z.string(),
  status: z.enum(["open", "completed", "cancelled"]),
  statusName: z.string(),
  /** element id of the end that was reached */
  endedAs: z.string().nullable(),
  /** open steps; several only where a diagram runs in parallel */
  steps: z.array(z.object({ name: z.string(), holderName: z.string(), since: moment })),
  startedAt: moment,
  endedAt: moment.nullable(),
});
export type InstanceRow = z.output<typeof instanceRow>;

export const listInstanceOptions = defineEndpoint({
  id: "listInstanceOptions",
  method: "GET",
  path: "/instance-options",
  summary: "流程实例查询的条件：流程、环节、结果",
  access: "session",
  response: z.object({
    processes: z.array(
      z.object({
        key: z.string(),
        name: z.string(),
        steps: z.array(z.object({ id: z.string(), name: z.string() })),
        outcomes: z.array(z.object({ id: z.string(), name: z.string() })),
      }),
    ),
  }),
  errors: ["permission.denied"],
});

export const searchInstances = defineEndpoint({
  id: "searchInstances",
  method: "GET",
  path: "/instances",
  summary: "流程实例查询（审计、管理员，只读）：最近发起的在前",
  access: "session",
  query: z.strictObject({
    processKey: processKey.optional(),
    /** element id of an open step */
    position: elementId.optional(),
    /** that organization and those below it */
    organizationId: id.optional(),
    /** organization or person that has to act */
    holderId: id.optional(),
    status: z.enum(["open", "completed", "cancelled"]).optional(),
    /** element id of the end that was reached */
    outcome: elementId.optional(),
    number: z
      .string()
      .regex(/^[A-Z]{2}\d{8}-\d{6,12}$/, "编号格式不正确")
      .optional(),
    startedFrom: date.optional(),
    startedTo: date.optional(),
    endedFrom: date.optional(),
    endedTo: date.optional(),
    /** `next` of the page before */
    after: z
      .string()
      .regex(/^\d{1,15}-\d{1,6}$/, "翻页标识格式不正确")
      .optional(),
    limit: z.coerce.number().int().min(1).max(100).default(20),
  }),
  response: z.object({
    rows: z.array(instanceRow),
    /**
     * Where to go on; null when everything was seen. A page may hold fewer rows than asked for, even none, and still
     * have a next one: each request looks at a bounded number of instances.
     */
    next: z.string().nullable(),
  }),
  errors: ["permission.denied", "organization.not_found"],
});

export const urgeInstance = defineEndpoint({
  id: "urgeInstance",
  method: "POST",
  path: "/instances/:id/urge",
  summary: "催办：提醒当前办理单位的管理员（24小时一次）",
  access: "session",
  params: idParams,
  response: z.object({ nextAt: moment, holders: z.array(z.string()) }),
  errors: ["instance.not_found", "permission.denied", "instance.nothing_to_urge", "instance.urged_already"],
});

export const getInstanceOperations = defineEndpoint({
  id: "getInstanceOperations",
  method: "GET",
  path: "/instances/:id/operations",
  summary: "运维预览：可做的操作及其影响；人社部门：可改派的下级待办",
  access: "session",
  params: idParams,
  response: z.object({
    tasks: z.array(
      z.object({
        id: z.string(),
        stepName: z.string(),
        holderId: z.string(),
        holderName: z.string(),
        /** an applicant's own task is nobody else's */
        reassignable: z.boolean(),
      }),
    ),
    timers: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        dueAt: moment,
        overdue: z.boolean(),
        attempts: z.number(),
      }),
    ),
    cancellation: z.object({
      possible: z.boolean(),
      /** what happens to the application, in Chinese */
      effects: z.array(z.string()),
    }),
    versions: z.array(
      z.object({
        versionNumber: z.number(),
        current: z.boolean(),
        movable: z.boolean(),
        reason: z.string().nullable(),
      }),
    ),
  }),
  errors: ["permission.denied", "instance.not_found"],
});

export const reassignTask = defineEndpoint({
  id: "reassignTask",
  method: "POST",
  path: "/tasks/:id/reassignments",
  summary: "运维、人社部门（管辖范围内）：将待办改由另一单位办理",
  access: "session",
  params: idParams,
  body: z.strictObject({ organizationId: id, reason }),
  response: done,
  errors: [
    "permission.denied",
    "task.not_found",
    "task.withdrawn",
    "task.not_reassignable",
    "request.conflict",
  ],
});

export const cancelInstance = defineEndpoint({
  id: "cancelInstance",
  method: "POST",
  path: "/instances/:id/cancellation",
  summary: "运维：终止流程，申请按撤回处理",
  access: "session",
  params: idParams,
  body: z.strictObject({ reason }),
  response: done,
  errors: [
    "permission.denied",
    "instance.not_found",
    "instance.not_cancellable",
    "task.withdrawn",
    "request.conflict",
  ],
});

export const retryTimer = defineEndpoint({
  id: "retryTimer",
  method: "POST",
  path: "/instances/:id/timers/:timerId/retries",
  summary: "运维：立即重试到期未执行的定时事件",
  access: "session",
  params: z.strictObject({ id, timerId: id }),
  body: z.strictObject({ reason }),
  response: done,
  errors: ["permission.denied", "instance.not_found", "instance.nothing_to_retry", "request.conflict"],
});

export const listFailedJobs = defineEndpoint({
  id: "listFailedJobs",
  method: "GET",
  path: "/failed-jobs",
  summary: "运维：多次重试仍失败的后台任务，最近的在前",
  access: "session",
  response: z.object({
    /** at most 200 */
    jobs: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        kindName: z.string(),
        attempts: z.number(),
        problem: z.string(),
        createdAt: moment,
      }),
    ),
  }),
  errors: ["permission.denied"],
});

export const retryJob = defineEndpoint({
  id: "retryJob",
  method: "POST",
  path: "/failed-jobs/:id/retries",
  summary: "运维：重试失败的后台任务",
  access: "session",
  params: idParams,
  body: z.strictObject({ reason }),
  response: done,
  errors: ["permission.denied", "job.not_found"],
});
