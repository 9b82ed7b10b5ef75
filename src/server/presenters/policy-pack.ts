import type { z } from "zod";
import type { PolicyAuthor, PolicyPack } from "../../models/policy-pack.ts";
import { sectors } from "../../shared/dictionaries/organizations.ts";
import { nameOf } from "../../shared/dictionaries/entry.ts";
import { regionOf } from "../../shared/dictionaries/regions.ts";
import { titleLevels } from "../../shared/dictionaries/titles.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import { annualResultNames } from "../../shared/contracts/people.ts";
import {
  type checkPolicyPack as checkContract,
  type getPolicyVersion as versionContract,
  type listPolicyPacks as packsContract,
  type listPolicyVersions as versionsContract,
  type packFinding,
  type policyDraftView,
  type policyPackRow,
  policyStatusNames,
  type policyVersionRow,
  type previewPolicyImpact as impactContract,
} from "../../shared/contracts/policies.ts";
import type { Page } from "../queries/page.ts";
import type { PackAssessment } from "../../rules/assess-pack.ts";
import type { ImpactCount, Tally } from "../queries/policies/impact-count.ts";
import type { PolicyPackEntry } from "../queries/policies/list-policy-packs.ts";

type VersionView = z.output<typeof policyVersionRow>;
type Finding = z.output<typeof packFinding>;

/** One published version, without its text. */
export function presentPolicyVersion(version: Omit<PolicyPack, "text">): VersionView {
  const status = version.status === "published" ? "published" : "superseded";
  return {
    packId: version.packId,
    packVersion: version.packVersion ?? "",
    sha256: version.sha256,
    status,
    statusName: policyStatusNames[status],
    shipped: version.shipped,
    publishedAt: version.publishedAt?.toISOString() ?? null,
    publishedBy: nameOfAuthor(version.publishedBy),
    note: version.note,
  } satisfies VersionView;
}

function nameOfAuthor(author: PolicyAuthor | null): string {
  return author?.name ?? "平台";
}

export function presentPolicyPacks(entries: readonly PolicyPackEntry[]): ResponseOf<typeof packsContract> {
  return { packs: entries.map(presentEntry) };
}

/** What a pack shows that is only a draft. */
const unread = { kind: "", title: "（草稿）", description: "", cases: [] } as const;

function presentEntry({ packId, loaded, current, draftSavedAt }: PolicyPackEntry) {
  const { kind, title, description, cases } = loaded?.pack ?? unread;
  return {
    packId,
    kind,
    title,
    description,
    cases: cases.length,
    current: current === null ? null : presentPolicyVersion(current),
    draftSavedAt: draftSavedAt?.toISOString() ?? null,
  } satisfies z.output<typeof policyPackRow>;
}

export function presentPolicyVersions(page: Page<PolicyPack>): ResponseOf<typeof versionsContract> {
  return { ...page, rows: page.rows.map(presentPolicyVersion) };
}

export function presentPolicyText(version: PolicyPack): ResponseOf<typeof versionContract> {
  return { ...presentPolicyVersion(version), text: version.text };
}

export function presentPolicyDraft({ packId, text, sha256, savedAt, savedBy }: PolicyPack) {
  return {
    packId,
    text,
    sha256,
    savedAt: savedAt.toISOString(),
    savedBy: nameOfAuthor(savedBy),
  } satisfies z.output<typeof policyDraftView>;
}

const findingsAtMost = 200;

/** The first findings; a pack with more faults is looked at again after these are mended. */
export function presentCheck(
  assessment: PackAssessment & { sha256: string },
): ResponseOf<typeof checkContract> {
  const { findings, cases, loaded, sha256 } = assessment;
  return {
    passed: loaded !== null,
    sha256,
    packVersion: loaded?.ref.version ?? null,
    cases,
    findings: findings
      .slice(0, findingsAtMost)
      .map(({ place, line, code, message }): Finding => ({ place, line: line ?? null, code, message })),
  };
}

export function presentImpact(count: ImpactCount): ResponseOf<typeof impactContract> {
  const { decidesYears, evaluated, changed, total, examples } = count;
  return {
    decidesYears,
    evaluated,
    changed,
    ...total,
    byRegion: tallies(count.byRegion, regionName),
    byLevel: tallies(count.byLevel, levelName),
    bySector: tallies(count.bySector, (code) => (code === "" ? "未登记" : nameOf(sectors, code))),
    examples: examples.map(({ stored, before, after }) => ({
      personYearId: stored._id,
      year: stored.year,
      organizationName: stored.organizationName,
      regionName: regionName(stored.regionCode),
      levelName: levelName(stored.titleLevel),
      hours: { public: stored.public, professional: stored.professional },
      before: annualResultNames[before],
      after: annualResultNames[after],
    })),
  };
}

/** Most affected first. */
function tallies(counts: ReadonlyMap<string, Tally>, nameOfCode: (code: string) => string) {
  return [...counts]
    .map(([code, tally]) => ({ code, name: nameOfCode(code), ...tally }))
    .toSorted((a, b) => b.gained + b.lost - a.gained - a.lost || a.code.localeCompare(b.code));
}

function regionName(code: string): string {
  return regionOf(code)?.name ?? code;
}

function levelName(code: string): string {
  return nameOf(titleLevels, code);
}
