import type { Job } from "../../models/job.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import {
  type getInstanceOperations as operationsContract,
  type InstanceRow,
  instanceStatusNames,
  type listFailedJobs as jobsContract,
  type listInstanceOptions as optionsContract,
  type searchInstances as searchContract,
  type urgeInstance as urgeContract,
} from "../../shared/contracts/instances.ts";
import { processNames } from "../../shared/contracts/workflow.ts";
import { serviceEntry } from "../../workflows/catalogue.ts";
import type { ProcessDefinition } from "../../workflows/runtime/definition.ts";
import type { Urged } from "../commands/instances/urge-instance.ts";
import type { FoundInstance } from "../queries/instances/found-instances.ts";
import type { InstanceOperations } from "../queries/instances/get-instance-operations.ts";
import type { InstancePage } from "../queries/instances/search-instances.ts";
import { holderName } from "../queries/workflow/task-rows.ts";

const statuses = { running: "open", ended: "completed", cancelled: "cancelled" } as const;

export function presentInstances({ rows, next }: InstancePage): ResponseOf<typeof searchContract> {
  return { rows: rows.map(presentRow), next };
}

function presentRow({ instance, definition, latest, open, holders }: FoundInstance): InstanceRow {
  const status = statuses[instance.status];
  return {
    id: instance._id,
    ...subjectOf(latest),
    processKey: instance.processKey,
    processName: nameOf(definition),
    status,
    statusName: definition.names.get(instance.endedAs ?? "") ?? instanceStatusNames[status],
    endedAs: instance.endedAs ?? null,
    steps: open.map((task) => ({
      name: task.name,
      holderName: holderName(task, holders),
      since: task.createdAt.toISOString(),
    })),
    startedAt: instance.startedAt.toISOString(),
    endedAt: instance.endedAt?.toISOString() ?? null,
  } satisfies InstanceRow;
}

function subjectOf(task: FoundInstance["latest"]) {
  if (task === null) return { number: "", title: "", applicantName: "", organizationName: "" };
  const { number, title, applicantName, organizationName } = task;
  return { number: number ?? "", title, applicantName, organizationName };
}

export function presentInstanceOptions(
  definitions: readonly ProcessDefinition[],
): ResponseOf<typeof optionsContract> {
  return {
    processes: definitions.map((definition) => ({
      key: definition.key,
      name: nameOf(definition),
      steps: [...definition.steps.values()]
        .filter(({ kind }) => kind === "user")
        .map(({ elementId, name }) => ({ id: elementId, name })),
      outcomes: definition.ends.map((id) => ({ id, name: definition.names.get(id) ?? id })),
    })),
  };
}

function nameOf({ key, name }: ProcessDefinition): string {
  return processNames[key] ?? name;
}

export function presentOperations(operations: InstanceOperations): ResponseOf<typeof operationsContract> {
  const { tasks, holders, timers, definition, release, versions, now } = operations;
  return {
    tasks: tasks.map((task) => ({
      id: task._id,
      stepName: task.name,
      holderId: task.candidate.id,
      holderName: holderName(task, holders),
      reassignable: task.candidate.kind === "organization" && task.module !== null,
    })),
    timers: timers.map(({ _id, key, dueAt, attempts }) => ({
      id: _id,
      name: definition.names.get(key) ?? key,
      dueAt: dueAt.toISOString(),
      overdue: dueAt <= now,
      attempts,
    })),
    cancellation: {
      possible: release !== null && release.length > 0,
      effects: (release ?? []).map(({ name }) => serviceEntry(name)?.title ?? name),
    },
    versions: versions.map(({ versionNumber, current, preview }) => ({
      versionNumber,
      current,
      movable: preview.movable,
      reason: preview.movable ? null : preview.reason,
    })),
  };
}

export function presentUrged({ nextAt, holders }: Urged): ResponseOf<typeof urgeContract> {
  return { nextAt: nextAt.toISOString(), holders };
}

const jobNames: Readonly<Record<string, string>> = {
  "certificate.render": "生成电子证书",
  "people.import": "批量导入人员",
  "phone.send": "发送短信",
};

export function presentFailedJobs(jobs: readonly Job[]): ResponseOf<typeof jobsContract> {
  return {
    jobs: jobs.map(({ _id, kind, attempts, problem, createdAt }) => ({
      id: _id,
      kind,
      kindName: jobNames[kind] ?? kind,
      attempts,
      problem: problem ?? "",
      createdAt: createdAt.toISOString(),
    })),
  };
}
