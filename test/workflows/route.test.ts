import { describe, expect, it } from "vitest";
import {
  computeRoute,
  type RouteInput,
  type RouteMode,
  type RouteOrganization,
} from "../../src/workflows/assignment/route.ts";

function organization(
  name: string,
  kind: RouteOrganization["kind"],
  changes: Partial<RouteOrganization> = {},
): RouteOrganization {
  return {
    id: name,
    name,
    kind,
    parentId: null,
    bureauId: "市人社",
    reviewClosed: false,
    status: "active",
    hasActiveAdmin: true,
    ...changes,
  };
}

const able = {};
const closed = { reviewClosed: true };
const noAdmin = { hasActiveAdmin: false };
const gone = { status: "closed" };

/** 单位 → 上级单位 → 主管部门 → 市人社 (→ 省人社), with changes by name. */
function province(mode: RouteMode, changes: Record<string, Partial<RouteOrganization>> = {}): RouteInput {
  const make = (name: string, kind: RouteOrganization["kind"]) =>
    organization(name, kind, changes[name] ?? able);
  return {
    mode,
    organization: make("单位", "employer"),
    ancestors: [
      make("上级单位", "employer"),
      make("主管部门", "authority"),
      make("市人社", "bureau"),
      make("省人社", "bureau"),
    ],
    bureau: make("市人社", "bureau"),
    bureauAncestors: [make("省人社", "bureau")],
  };
}

const names = (input: RouteInput) => computeRoute(input).map((step) => step.organizationName);
const notices = (input: RouteInput) => computeRoute(input).flatMap((step) => step.notice ?? []);

describe("computeRoute", () => {
  it.each<[RouteMode, string[]]>([
    ["full", ["单位", "上级单位", "主管部门", "市人社"]],
    ["superiors", ["上级单位", "主管部门", "市人社"]],
    ["employer-then-bureau", ["单位", "市人社"]],
    ["bureau-only", ["市人社"]],
    ["authority-then-bureau", ["主管部门", "市人社"]],
  ])("%s (FLW-01 – FLW-06)", (mode, expected) => {
    expect(names(province(mode))).toEqual(expected);
    expect(notices(province(mode))).toEqual([]);
  });

  it("names the kind of each step", () => {
    expect(computeRoute(province("full")).map((step) => step.stepKind)).toEqual([
      "employer",
      "superior",
      "authority",
      "bureau",
    ]);
  });

  it("ends at the unit's own bureau, not at the one its superiors lead to (FLW-05)", () => {
    const county = organization("县人社", "bureau");
    expect(names({ ...province("full"), bureau: county })).toEqual([
      "单位",
      "上级单位",
      "主管部门",
      "县人社",
    ]);
  });

  it("is unit then bureau for a unit directly under its bureau, and the bureau alone for its own declarations", () => {
    const direct = { ...province("full"), ancestors: [organization("市人社", "bureau")] };
    expect(names(direct)).toEqual(["单位", "市人社"]);
    expect(names({ ...direct, mode: "superiors" })).toEqual(["市人社"]);
    expect(names({ ...direct, mode: "authority-then-bureau" })).toEqual(["市人社"]);
  });

  it.each([
    [closed, "「上级单位」审核权限已被上级关闭，由「主管部门」代审"],
    [noAdmin, "「上级单位」暂无可用管理员，由「主管部门」代审"],
    [gone, "「上级单位」已注销或停用，由「主管部门」代审"],
  ])("passes over a superior that cannot act, visibly: %o (FLW-10, SUB-03)", (change, notice) => {
    const input = province("full", { 上级单位: change });
    expect(names(input)).toEqual(["单位", "主管部门", "市人社"]);
    expect(notices(input)).toEqual([notice]);
  });

  it("passes over several in a row and says so of each", () => {
    const input = province("full", { 单位: noAdmin, 上级单位: closed, 主管部门: gone });
    expect(names(input)).toEqual(["市人社"]);
    expect(computeRoute(input)[0]?.notice?.split("；")).toHaveLength(3);
  });

  it("gives an accountant's first step to the nearest superior that can act", () => {
    expect(names(province("employer-then-bureau", { 单位: noAdmin }))).toEqual(["上级单位", "市人社"]);
    expect(names(province("employer-then-bureau", { 单位: noAdmin, 上级单位: closed }))).toEqual([
      "主管部门",
      "市人社",
    ]);
    expect(
      names(province("employer-then-bureau", { 单位: noAdmin, 上级单位: closed, 主管部门: gone })),
    ).toEqual(["市人社"]);
  });

  it("goes to the bureau above when the bureau cannot act", () => {
    const input = province("bureau-only", { 市人社: noAdmin });
    expect(names(input)).toEqual(["省人社"]);
    expect(notices(input)).toEqual(["「市人社」暂无可用管理员，由「省人社」代审"]);
  });

  it("is never empty: the bureau keeps the step and says whom to call when nobody can act", () => {
    const all = Object.fromEntries(
      ["单位", "上级单位", "主管部门", "市人社", "省人社"].map((name) => [name, noAdmin]),
    );
    for (const mode of [
      "full",
      "superiors",
      "employer-then-bureau",
      "bureau-only",
      "authority-then-bureau",
    ] as const) {
      expect(names(province(mode, all))).toEqual(["市人社"]);
      expect(notices(province(mode, all))[0]).toContain("请联系平台运维人员处理");
    }
  });
});
