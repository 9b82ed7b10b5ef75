import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { done, hoursBySubject, longText, pageOf, paging, subject, year } from "./fields.ts";

/** Rule packs for policy staff: draft, check, run cases, preview, publish, roll back; traces for auditors. */

const packId = z
  .string()
  .max(60, "规则包标识过长")
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, "规则包标识由小写字母、数字、点和短横线组成");
const packVersion = z
  .string()
  .max(20)
  .regex(/^\d{4}(\.\d{1,3}){1,2}$/, "版本号形如 2027.1");
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "内容摘要格式不正确");
/** The whole pack as text: findings name its lines, and its hash is what traces carry. */
const packText = z.string().min(1, "请填写规则包内容").max(900_000, "规则包不能超过90万字");
const note = longText(500);
const packParams = z.strictObject({ packId });
const versionParams = z.strictObject({ packId, packVersion });

export const policyStatusNames = { published: "当前版本", superseded: "历史版本" } as const;

export const policyVersionRow = z.object({
  packId: z.string(),
  packVersion: z.string(),
  sha256: z.string(),
  status: z.enum(["published", "superseded"]),
  statusName: z.string(),
  shipped: z.boolean(),
  publishedAt: z.string().nullable(),
  publishedBy: z.string(),
  note: z.string(),
});

export const policyPackRow = z.object({
  packId: z.string(),
  kind: z.string(),
  title: z.string(),
  description: z.string(),
  cases: z.number(),
  /** null for a pack that so far is only a draft */
  current: policyVersionRow.nullable(),
  draftSavedAt: z.string().nullable(),
});

export const policyDraftView = z.object({
  packId: z.string(),
  text: z.string(),
  sha256: z.string(),
  savedAt: z.string(),
  savedBy: z.string(),
});

export const packFinding = z.object({
  /** path inside of the pack, as in `decisions/04/rules/2` */
  place: z.string(),
  line: z.number().nullable(),
  code: z.string(),
  message: z.string(),
});

export const listPolicyPacks = defineEndpoint({
  id: "listPolicyPacks",
  method: "GET",
  path: "/policy-packs",
  summary: "规则包：当前版本与草稿",
  access: "session",
  response: z.object({ packs: z.array(policyPackRow) }),
  errors: ["permission.denied"],
});

export const listPolicyVersions = defineEndpoint({
  id: "listPolicyVersions",
  method: "GET",
  path: "/policy-packs/:packId/versions",
  summary: "规则包的版本，最近发布的在前",
  access: "session",
  params: packParams,
  query: z.strictObject({ ...paging }),
  response: pageOf(policyVersionRow),
  errors: ["permission.denied"],
});

export const getPolicyVersion = defineEndpoint({
  id: "getPolicyVersion",
  method: "GET",
  path: "/policy-packs/:packId/versions/:packVersion",
  summary: "规则包某一版本的全文",
  access: "session",
  params: versionParams,
  response: policyVersionRow.extend({ text: z.string() }),
  errors: ["permission.denied", "policy.version_not_found"],
});

export const getPolicyDraft = defineEndpoint({
  id: "getPolicyDraft",
  method: "GET",
  path: "/policy-packs/:packId/draft",
  summary: "规则包草稿",
  access: "session",
  params: packParams,
  response: policyDraftView,
  errors: ["permission.denied", "policy.draft_not_found"],
});

export const savePolicyDraft = defineEndpoint({
  id: "savePolicyDraft",
  method: "PUT",
  path: "/policy-packs/:packId/draft",
  summary: "保存规则包草稿（每个规则包一份）",
  access: "session",
  params: packParams,
  body: z.strictObject({
    text: packText,
    /** the draft that was edited; null when there was none. Another draft in between is a conflict. */
    basedOn: sha256.nullable(),
  }),
  response: policyDraftView,
  errors: ["permission.denied", "request.conflict"],
});

export const deletePolicyDraft = defineEndpoint({
  id: "deletePolicyDraft",
  method: "DELETE",
  path: "/policy-packs/:packId/draft",
  summary: "放弃规则包草稿",
  access: "session",
  params: packParams,
  response: done,
  errors: ["permission.denied", "policy.draft_not_found"],
});

/** What a check, a case run or a preview is of: the text sent along, or else the draft. */
const subjectText = z.strictObject({ text: packText.optional() });

export const checkPolicyPack = defineEndpoint({
  id: "checkPolicyPack",
  method: "POST",
  path: "/policy-packs/:packId/checks",
  summary: "校验规则包：格式、日期、依据、规则可达性、算例",
  access: "session",
  params: packParams,
  body: subjectText,
  response: z.object({
    passed: z.boolean(),
    sha256: z.string(),
    packVersion: z.string().nullable(),
    cases: z.number(),
    findings: z.array(packFinding),
  }),
  errors: ["server.busy", "permission.denied", "policy.draft_not_found"],
});

export const runPolicyCases = defineEndpoint({
  id: "runPolicyCases",
  method: "POST",
  path: "/policy-packs/:packId/case-runs",
  summary: "运行规则包的算例，未通过的在前",
  access: "session",
  params: packParams,
  body: subjectText,
  response: z.object({
    total: z.number(),
    failed: z.number(),
    /** at most 200 */
    cases: z.array(z.object({ name: z.string(), call: z.string(), failure: z.string().nullable() })),
  }),
  errors: ["server.busy", "permission.denied", "policy.draft_not_found", "policy.unreadable"],
});

const changeCount = z.object({
  code: z.string(),
  name: z.string(),
  gained: z.number(),
  lost: z.number(),
});

export const previewPolicyImpact = defineEndpoint({
  id: "previewPolicyImpact",
  method: "POST",
  path: "/policy-packs/:packId/impact",
  summary: "影响预览：哪些年度结果会改变，按地区、职称层级、行业统计",
  access: "session",
  params: packParams,
  body: subjectText.extend({ fromYear: year.optional(), toYear: year.optional() }),
  response: z.object({
    /** false: packs of this kind decide new declarations only, no year that is on record */
    decidesYears: z.boolean(),
    evaluated: z.number(),
    changed: z.number(),
    /** years that newly pass, and that no longer do */
    gained: z.number(),
    lost: z.number(),
    byRegion: z.array(changeCount),
    byLevel: z.array(changeCount),
    bySector: z.array(changeCount),
    /** the first 50; without names */
    examples: z.array(
      z.object({
        personYearId: z.string(),
        year: z.number(),
        organizationName: z.string(),
        regionName: z.string(),
        levelName: z.string(),
        hours: hoursBySubject,
        before: z.string(),
        after: z.string(),
      }),
    ),
  }),
  errors: ["server.busy", "permission.denied", "policy.draft_not_found", "policy.check_failed"],
});

export const publishPolicyPack = defineEndpoint({
  id: "publishPolicyPack",
  method: "POST",
  path: "/policy-packs/:packId/publications",
  summary: "发布草稿为当前版本（须通过校验）",
  access: "session",
  params: packParams,
  body: z.strictObject({
    /** the draft that was checked: nothing else is published */
    sha256,
    note: note.default(""),
  }),
  response: policyVersionRow,
  errors: [
    "server.busy",
    "permission.denied",
    "policy.draft_not_found",
    "policy.check_failed",
    "policy.version_exists",
    "request.conflict",
  ],
});

export const rollBackPolicyPack = defineEndpoint({
  id: "rollBackPolicyPack",
  method: "POST",
  path: "/policy-packs/:packId/rollbacks",
  summary: "恢复为较早的版本",
  access: "session",
  params: packParams,
  body: z.strictObject({ packVersion, note: note.min(2, "请填写原因") }),
  response: policyVersionRow,
  errors: [
    "server.busy",
    "permission.denied",
    "policy.version_not_found",
    "policy.already_current",
    "policy.check_failed",
    "request.conflict",
  ],
});

export const getNumberTrace = defineEndpoint({
  id: "getNumberTrace",
  method: "GET",
  path: "/number-traces/:kind/:id",
  summary: "任一学时或年度结果的计算过程（审计只读）",
  access: "session",
  params: z.strictObject({
    kind: z.enum(["declaration", "person-year"]),
    id: z.string().regex(/^[0-9a-f]{24}(-\d{4})?$/, "编号格式不正确"),
  }),
  response: z.object({
    kind: z.string(),
    id: z.string(),
    personName: z.string(),
    organizationName: z.string(),
    year: z.number(),
    hours: hoursBySubject,
    result: z.string(),
    explanation: z.string(),
    steps: z.array(z.unknown()),
    citations: z.array(z.string()),
    pack: z.object({ id: z.string(), version: z.string(), sha256: z.string().nullable() }).nullable(),
    /** the answer was computed again with the version that made it: equal, different, or not possible (null) */
    reproduced: z.boolean().nullable(),
    reproductionNote: z.string(),
    /** ledger lines behind it, at most 500 */
    entries: z.array(
      z.object({
        id: z.string(),
        subject,
        hours: z.number(),
        title: z.string(),
        source: z.string(),
        creditedAt: z.string(),
      }),
    ),
  }),
  errors: ["permission.denied", "trace.not_found"],
});
