import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { done, id, longText, pageOf, paging } from "./fields.ts";

/** Process definitions for policy staff: draft, check, preview, publish, roll back, move instances (FLW-12). */

const key = z
  .string()
  .max(60, "流程标识过长")
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "流程标识由小写字母、数字和短横线组成");
const versionNumber = z.coerce.number().int("版本号应为整数").min(1, "版本号从1起").max(100_000);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "内容摘要格式不正确");
const xml = z.string().min(1, "请填写流程定义").max(300_000, "流程定义不能超过30万字");
const reason = longText(500).min(2, "请填写原因");
const keyParams = z.strictObject({ key });

export const definitionStatusNames = { published: "当前版本", superseded: "历史版本" } as const;

export const definitionVersionRow = z.object({
  key: z.string(),
  versionNumber: z.number(),
  name: z.string(),
  sha256: z.string(),
  status: z.enum(["published", "superseded"]),
  statusName: z.string(),
  shipped: z.boolean(),
  publishedAt: z.string().nullable(),
  publishedBy: z.string(),
  note: z.string(),
});
export type DefinitionVersionRow = z.output<typeof definitionVersionRow>;

const draftView = z.object({
  key: z.string(),
  xml: z.string(),
  sha256: z.string(),
  savedAt: z.string(),
  savedBy: z.string(),
});

export const listWorkflowDefinitions = defineEndpoint({
  id: "listWorkflowDefinitions",
  method: "GET",
  path: "/workflow-definitions",
  summary: "流程定义：当前版本与草稿",
  access: "session",
  response: z.object({
    definitions: z.array(
      z.object({
        key: z.string(),
        title: z.string(),
        current: definitionVersionRow.nullable(),
        draftSavedAt: z.string().nullable(),
        /** running instances of earlier versions, counted to 1,000 */
        onEarlierVersions: z.number(),
      }),
    ),
  }),
  errors: ["permission.denied"],
});

export const listDefinitionVersions = defineEndpoint({
  id: "listDefinitionVersions",
  method: "GET",
  path: "/workflow-definitions/:key/versions",
  summary: "流程定义的版本，新的在前",
  access: "session",
  params: keyParams,
  query: z.strictObject({ ...paging }),
  response: pageOf(definitionVersionRow),
  errors: ["permission.denied", "definition.not_found"],
});

export const getDefinitionVersion = defineEndpoint({
  id: "getDefinitionVersion",
  method: "GET",
  path: "/workflow-definitions/:key/versions/:versionNumber",
  summary: "流程定义某一版本的全文",
  access: "session",
  params: z.strictObject({ key, versionNumber }),
  response: definitionVersionRow.extend({ xml: z.string() }),
  errors: ["permission.denied", "definition.version_not_found"],
});

export const getDefinitionDraft = defineEndpoint({
  id: "getDefinitionDraft",
  method: "GET",
  path: "/workflow-definitions/:key/draft",
  summary: "流程定义草稿",
  access: "session",
  params: keyParams,
  response: draftView,
  errors: ["permission.denied", "definition.draft_not_found"],
});

export const saveDefinitionDraft = defineEndpoint({
  id: "saveDefinitionDraft",
  method: "PUT",
  path: "/workflow-definitions/:key/draft",
  summary: "保存流程定义草稿（每个流程一份）",
  access: "session",
  params: keyParams,
  body: z.strictObject({
    xml,
    /** the draft that was edited; null when there was none. Another draft in between is a conflict. */
    basedOn: sha256.nullable(),
  }),
  response: draftView,
  errors: ["permission.denied", "definition.not_found", "definition.unsafe_xml", "request.conflict"],
});

export const deleteDefinitionDraft = defineEndpoint({
  id: "deleteDefinitionDraft",
  method: "DELETE",
  path: "/workflow-definitions/:key/draft",
  summary: "放弃流程定义草稿",
  access: "session",
  params: keyParams,
  response: done,
  errors: ["permission.denied", "definition.draft_not_found"],
});

/** What a check or a preview is of: the XML sent along, or else the draft. */
const subjectXml = z.strictObject({ xml: xml.optional() });
const subjectErrors = [
  "permission.denied",
  "definition.not_found",
  "definition.draft_not_found",
  "server.busy",
] as const;

export const definitionFinding = z.object({
  severity: z.enum(["error", "warning"]),
  code: z.string(),
  elementId: z.string().nullable(),
  zh: z.string(),
  en: z.string(),
});
export type DefinitionFinding = z.output<typeof definitionFinding>;

export const checkDefinition = defineEndpoint({
  id: "checkDefinition",
  method: "POST",
  path: "/workflow-definitions/:key/checks",
  summary: "检查流程定义：安全、图形、可达性、能否办结",
  access: "session",
  params: keyParams,
  body: subjectXml,
  response: z.object({
    /** no error; warnings do not hinder publication */
    passed: z.boolean(),
    sha256: z.string(),
    findings: z.array(definitionFinding),
  }),
  errors: subjectErrors,
});

export const previewDefinitionPositions = defineEndpoint({
  id: "previewDefinitionPositions",
  method: "POST",
  path: "/workflow-definitions/:key/positions",
  summary: "预览流程可到达的全部环节和走向",
  access: "session",
  params: keyParams,
  body: subjectXml,
  response: z.object({
    /** at most 500 */
    positions: z.array(
      z.object({
        id: z.number(),
        /** how many organizations the route of this example has; 0 for a process without a route */
        routeLength: z.number(),
        ended: z.boolean(),
        open: z.array(z.string()),
        moves: z.array(
          z.object({ event: z.string(), to: z.number().nullable(), services: z.array(z.string()) }),
        ),
      }),
    ),
  }),
  errors: [...subjectErrors, "definition.check_failed"],
});

export const publishDefinition = defineEndpoint({
  id: "publishDefinition",
  method: "POST",
  path: "/workflow-definitions/:key/publications",
  summary: "发布草稿为当前版本（须通过检查）；办理中的流程仍按原版本",
  access: "session",
  params: keyParams,
  body: z.strictObject({
    /** the draft that was checked: nothing else is published */
    sha256,
    note: longText(500).default(""),
  }),
  response: definitionVersionRow,
  errors: [
    "permission.denied",
    "definition.draft_not_found",
    "definition.check_failed",
    "definition.version_exists",
    "request.conflict",
    "server.busy",
  ],
});

export const rollBackDefinition = defineEndpoint({
  id: "rollBackDefinition",
  method: "POST",
  path: "/workflow-definitions/:key/rollbacks",
  summary: "恢复为较早的版本",
  access: "session",
  params: keyParams,
  body: z.strictObject({ versionNumber, note: reason }),
  response: definitionVersionRow,
  errors: [
    "permission.denied",
    "definition.version_not_found",
    "definition.already_current",
    "definition.check_failed",
    "request.conflict",
    "server.busy",
  ],
});

export const previewInstanceMoves = defineEndpoint({
  id: "previewInstanceMoves",
  method: "GET",
  path: "/workflow-definitions/:key/moves",
  summary: "迁移预览：办理中的流程能否改按另一版本，不能的说明原因",
  access: "session",
  params: keyParams,
  query: z.strictObject({
    fromVersion: versionNumber,
    toVersion: versionNumber,
    /** last instance of the page before */
    after: id.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  response: z.object({
    rows: z.array(
      z.object({
        instanceId: z.string(),
        number: z.string(),
        title: z.string(),
        applicantName: z.string(),
        stepNames: z.array(z.string()),
        movable: z.boolean(),
        reason: z.string().nullable(),
      }),
    ),
    /** null on the last page */
    next: z.string().nullable(),
  }),
  errors: ["permission.denied", "definition.version_not_found"],
});

export const moveInstances = defineEndpoint({
  id: "moveInstances",
  method: "POST",
  path: "/workflow-definitions/:key/moves",
  summary: "将办理中的流程迁移到另一版本：每条各有结果",
  access: "session",
  params: keyParams,
  body: z.strictObject({
    toVersion: versionNumber,
    instanceIds: z.array(id).min(1, "请选择流程").max(100, "一次最多100条"),
    reason,
  }),
  response: z.object({
    succeeded: z.number(),
    failed: z.number(),
    results: z.array(
      z.object({
        instanceId: z.string(),
        ok: z.boolean(),
        code: z.string().nullable(),
        message: z.string().nullable(),
      }),
    ),
  }),
  errors: ["permission.denied", "definition.version_not_found"],
});
