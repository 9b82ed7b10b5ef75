import type { z } from "zod";
import type { WorkflowDefinitionRecord } from "../../models/workflow-definition.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import {
  type checkDefinition as checkContract,
  type definitionFinding,
  definitionStatusNames,
  type DefinitionVersionRow,
  type getDefinitionVersion as versionContract,
  type listDefinitionVersions as versionsContract,
  type moveInstances as moveContract,
  type previewInstanceMoves as movesContract,
  type listWorkflowDefinitions as definitionsContract,
  type previewDefinitionPositions as positionsContract,
  type saveDefinitionDraft as draftContract,
} from "../../shared/contracts/workflow-definitions.ts";
import { outcomeName } from "../../shared/dictionaries/outcomes.ts";
import { messages } from "../../workflows/catalogue.ts";
import type { Assessment } from "../../workflows/check/assess.ts";
import type { AssessedEvent } from "../../workflows/check/assess-worker.ts";
import type { MoveResult } from "../commands/workflow-definitions/move-instances.ts";
import type { Page } from "../queries/page.ts";
import type { DefinitionEntry } from "../queries/workflow-definitions/list-workflow-definitions.ts";
import type { MoveCandidates } from "../queries/workflow-definitions/preview-instance-moves.ts";

/** One version, without its XML. */
export function presentDefinitionVersion(
  version: Omit<WorkflowDefinitionRecord, "xml">,
): DefinitionVersionRow {
  const status = version.status === "published" ? "published" : "superseded";
  return {
    key: version.key,
    versionNumber: version.versionNumber,
    name: version.name,
    sha256: version.hash,
    status,
    statusName: definitionStatusNames[status],
    shipped: version.shipped,
    publishedAt: version.publishedAt?.toISOString() ?? null,
    publishedBy: version.publishedBy?.name ?? "平台",
    note: version.note,
  } satisfies DefinitionVersionRow;
}

export function presentDefinitions(
  entries: readonly DefinitionEntry[],
): ResponseOf<typeof definitionsContract> {
  return {
    definitions: entries.map(({ key, title, current, draftSavedAt, onEarlierVersions }) => ({
      key,
      title,
      current: current === null ? null : presentDefinitionVersion(current),
      draftSavedAt: draftSavedAt?.toISOString() ?? null,
      onEarlierVersions,
    })),
  };
}

export function presentDefinitionVersions(
  page: Page<WorkflowDefinitionRecord>,
): ResponseOf<typeof versionsContract> {
  return { ...page, rows: page.rows.map(presentDefinitionVersion) };
}

export function presentDefinitionXml(version: WorkflowDefinitionRecord): ResponseOf<typeof versionContract> {
  return { ...presentDefinitionVersion(version), xml: version.xml };
}

export function presentDefinitionDraft(draft: WorkflowDefinitionRecord): ResponseOf<typeof draftContract> {
  return {
    key: draft.key,
    xml: draft.xml,
    sha256: draft.hash,
    savedAt: draft.createdAt.toISOString(),
    savedBy: draft.createdBy?.name ?? "平台",
  };
}

const findingsAtMost = 200;

/** The first findings; a diagram with more faults is looked at again after these are mended. */
export function presentDefinitionCheck({
  findings,
  sha256,
}: Assessment & { sha256: string }): ResponseOf<typeof checkContract> {
  return {
    passed: findings.every(({ severity }) => severity !== "error"),
    sha256,
    findings: findings.slice(0, findingsAtMost).map(
      ({ severity, code, elementId, zh, en }): z.output<typeof definitionFinding> => ({
        severity,
        code,
        elementId,
        zh,
        en,
      }),
    ),
  };
}

export function presentPositions({ positions }: Assessment): ResponseOf<typeof positionsContract> {
  return {
    positions: positions.map(({ id, routeLength, ended, open, moves }) => ({
      id,
      routeLength,
      ended,
      open: [...open],
      moves: moves.map(({ event, to, services }) => ({
        event: eventText(event),
        to,
        services: [...services],
      })),
    })),
  };
}

function eventText({ type, elementName, outcome }: AssessedEvent): string {
  switch (type) {
    case "started":
      return "提交";
    case "decided":
    case "ruled":
      return `${elementName}：${outcomeName(outcome ?? "")}`;
    case "message":
      return messages[elementName] ?? elementName;
    case "timer":
      return `${elementName}（到期）`;
  }
}

export function presentMoves({ rows, next }: MoveCandidates): ResponseOf<typeof movesContract> {
  return {
    rows: rows.map(({ instance, tasks, preview }) => ({
      instanceId: instance._id,
      number: tasks[0]?.number ?? "",
      title: tasks[0]?.title ?? "",
      applicantName: tasks[0]?.applicantName ?? "",
      stepNames: tasks.map(({ name }) => name),
      movable: preview.movable,
      reason: preview.movable ? null : preview.reason,
    })),
    next,
  };
}

/** Each instance of a batch says for itself what became of it. */
export function presentMoveResults(rows: readonly MoveResult[]): ResponseOf<typeof moveContract> {
  const failed = rows.filter(({ error }) => error !== null).length;
  return {
    succeeded: rows.length - failed,
    failed,
    results: rows.map(({ instanceId, error }) => ({
      instanceId,
      ok: error === null,
      code: error?.code ?? null,
      message: error?.message ?? null,
    })),
  };
}
