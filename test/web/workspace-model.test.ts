import { describe, expect, it } from "vitest";
import type { SessionView } from "../../src/shared/contracts/accounts.ts";
import type { FormView } from "../../src/shared/contracts/declarations.ts";
import {
  askedFields,
  calculationsOf,
  factsToSend,
  loweredHours,
  missingEvidence,
  peopleProblem,
  resubmissionOf,
  subjectOf,
  subjectText,
  submissionOf,
  type DeclareValues,
  type PickedPerson,
  type Situation,
} from "../../src/web/pages/declarations/declare-model.ts";
import { menuOf, receivesTasks } from "../../src/web/components/menu-items.ts";
import { traceLines } from "../../src/web/pages/declarations/trace-steps.ts";
import { approvalTexts, closingText } from "../../src/web/pages/workspace/closing-text.ts";
import { failedRowsCsv } from "../../src/web/pages/workflow/failed-rows-csv.ts";
import { processChips, yearChips, type TaskCounts } from "../../src/web/pages/workflow/task-chips.ts";

const conference: FormView = {
  id: "04",
  title: "学术会议",
  description: "",
  fields: [
    { name: "level", title: "会议级别", type: "select", required: true },
    { name: "days", title: "实际天数", type: "integer", required: true, unit: "天" },
    { name: "presented", title: "是否宣读", type: "boolean", required: true },
    {
      name: "paperTitle",
      title: "论文题目",
      type: "text",
      required: true,
      showWhen: { field: "presented", equals: true },
    },
    { name: "rank", title: "本人排名", type: "integer", required: true, perPerson: true },
  ],
  subjects: ["professional"],
  evidence: [
    { key: "notice", title: "会议通知", required: true },
    {
      key: "presented",
      title: "宣读证明",
      required: true,
      showWhen: { field: "presented", equals: true },
    },
  ],
  hoursAreTyped: false,
  determiner: null,
  citation: "学时折算标准（四）",
};
const baseClass: FormView = {
  ...conference,
  id: "01",
  fields: [{ name: "subject", title: "计入科目", type: "select", required: true }],
  subjects: ["public", "professional"],
};
const secondment: FormView = { ...conference, id: "11", fields: [], subjects: ["public", "professional"] };

function person(id: string, isAccountant: boolean, facts: PickedPerson["facts"] = {}): PickedPerson {
  return { id, name: `人员${id}`, maskedIdNumber: "", organizationName: "", isAccountant, facts };
}

describe("closingText (PST-05)", () => {
  const ofYear = { shownFrom: "2026-11-01", lastApprovalDay: null };
  const closing = { ...ofYear, lastDay: "2026-12-31", lastCorrectionDay: "2026-12-31" };

  it.each([
    ["2026-10-31", null],
    ["2026-11-01", "距2026年度学时申报截止（2026-12-31）还有60天"],
    ["2026-12-30", "距2026年度学时申报截止（2026-12-31）还有1天"],
    ["2026-12-31", "今天（2026-12-31）是2026年度学时申报的最后一天"],
  ])("%s: %s", (today, expected) => {
    expect(closingText({ year: 2026, today, closing })).toBe(expected);
  });

  it("says so after an early last day", () => {
    const early = { ...ofYear, lastDay: "2026-12-15", lastCorrectionDay: "2026-12-15" };
    expect(closingText({ year: 2026, today: "2026-12-16", closing: early })).toBe(
      "2026年度学时申报已于2026-12-15截止",
    );
  });

  it.each([
    ["2026-12-15", "今天（2026-12-15）是2026年度学时申报的最后一天"],
    [
      "2026-12-25",
      "2026年度学时申报已于2026-12-15截止，被退回的申报可在2026-12-25前（含当天）修改并重新提交",
    ],
    ["2026-12-26", "2026年度学时申报已于2026-12-15截止"],
  ])("names the days of grace while they last (PST-04), %s", (today, expected) => {
    const graced = { ...ofYear, lastDay: "2026-12-15", lastCorrectionDay: "2026-12-25" };
    expect(closingText({ year: 2026, today, closing: graced })).toBe(expected);
  });
});

describe("approvalTexts (PST-04, PST-05)", () => {
  const group = { processKey: "declaration", processName: "学时申报", count: 9 };
  const limited = (isOver: boolean) => ({
    ...group,
    year: 2026,
    approvalLimit: { lastDay: "2027-01-31", isOver, count: 7 },
  });

  it.each([
    [
      "2027-01-21",
      false,
      "2026年度的审批2027-01-31截止，还有10天：学时申报有7件待审核，截止后不能再审核通过",
    ],
    ["2027-01-31", false, "2026年度的审批今天（2027-01-31）截止：学时申报有7件待审核，截止后不能再审核通过"],
    ["2027-02-01", true, "2026年度的审批已于2027-01-31截止：学时申报有7件未审核，只能驳回"],
  ])("%s", (today, isOver, expected) => {
    expect(approvalTexts([limited(isOver)], today)).toEqual([expected]);
  });

  it("says nothing of what has no last day", () => {
    const free = [
      { ...group, year: 2025, approvalLimit: null },
      { ...group, year: null, approvalLimit: null },
    ];
    expect(approvalTexts(free, "2027-01-21")).toEqual([]);
  });
});

const values: DeclareValues = {
  form: "04",
  title: "年会",
  startDate: "2026-10-12",
  endDate: "2026-10-14",
  facts: { level: "ministry", days: 3, presented: false, paperTitle: "留下的旧答案" },
  evidence: [
    { key: "notice", fileId: "a".repeat(24), name: "通知.pdf" },
    { key: "transcript", fileId: "b".repeat(24), name: "上一个学习形式的.pdf" },
  ],
};
const own: Situation = { form: conference, year: 2026, accountant: false, forPeople: false };

describe("the people of a declaration", () => {
  it("may not mix accountants and others, in the words of DEC-02", () => {
    expect(peopleProblem([person("1", true), person("2", false)])).toBe("不得同时选择会计人员和非会计人员");
  });
  it("may be all accountants, all others, or nobody yet", () => {
    expect(peopleProblem([person("1", true), person("2", true)])).toBeNull();
    expect(peopleProblem([person("1", false)])).toBeNull();
    expect(peopleProblem([])).toBeNull();
  });
});

describe("计入科目", () => {
  it("is 公需课 for accountants wherever there is one subject or a choice (DEC-03)", () => {
    expect(subjectText(conference, values, true)).toBe("公需课");
    expect(subjectText(baseClass, { ...values, subject: "professional" }, true)).toBe("公需课");
    expect(subjectOf(baseClass, { ...values, subject: "professional" }, true)).toBe("public");
  });
  it("is sent only where the form leaves it open, 专业 by default (DEC-04)", () => {
    expect(subjectOf(conference, values, false)).toBeUndefined();
    expect(subjectOf(secondment, values, false)).toBeUndefined();
    expect(subjectOf(baseClass, values, false)).toBe("professional");
    expect(subjectOf(baseClass, { ...values, subject: "public" }, false)).toBe("public");
  });
  it("is never asked a second time among the facts", () => {
    expect(askedFields(baseClass)).toEqual([]);
    expect(factsToSend(baseClass, { subject: "public" })).toEqual({});
  });
});

describe("the facts that are sent", () => {
  it("leave out what is no longer asked, empty answers and fields of other forms", () => {
    expect(
      factsToSend(conference, { ...values.facts, other: 1, rank: undefined, level: " ministry " }),
    ).toEqual({
      level: "ministry",
      days: 3,
      presented: false,
    });
  });
  it("keep a false answer, and take the person's own before the common one", () => {
    expect(factsToSend(conference, { rank: 1, presented: false }, { rank: 2 })).toEqual({
      presented: false,
      rank: 2,
    });
  });
});

describe("the live calculation", () => {
  it("asks once for oneself, without naming anybody", () => {
    expect(calculationsOf(own, values)).toEqual([
      {
        names: [],
        request: {
          year: 2026,
          form: "04",
          subject: undefined,
          startDate: "2026-10-12",
          endDate: "2026-10-14",
          facts: { level: "ministry", days: 3, presented: false },
          personIds: [],
        },
      },
    ]);
  });
  it("asks once for all people with the same answers, and again for other ranks (DEC-12)", () => {
    const people = [
      person("1", false, { rank: 1 }),
      person("2", false, { rank: 2 }),
      person("3", false, { rank: 1 }),
    ];
    const groups = calculationsOf({ ...own, forPeople: true }, { ...values, people });
    expect(
      groups.map((group) => [group.names, group.request.personIds, group.request.facts["rank"]]),
    ).toEqual([
      [["人员1", "人员3"], ["1", "3"], 1],
      [["人员2"], ["2"], 2],
    ]);
  });
  it("asks nothing while nobody is chosen", () => {
    expect(calculationsOf({ ...own, forPeople: true }, values)).toEqual([]);
  });
});

describe("the hours that are sent", () => {
  const computed = { public: 0, professional: 24 };
  it("are absent when as computed, unknown or untouched", () => {
    expect(loweredHours(undefined, computed)).toBeUndefined();
    expect(loweredHours({ professional: 24 }, computed)).toBeUndefined();
    expect(loweredHours({ professional: 12 }, null)).toBeUndefined();
  });
  it("are the lower ones, and never above the computed ones (DEC-11)", () => {
    expect(loweredHours({ professional: 12 }, computed)).toEqual({ public: 0, professional: 12 });
    expect(loweredHours({ professional: 99 }, computed)).toBeUndefined();
    expect(loweredHours({ public: 5, professional: 10 }, computed)).toEqual({ public: 0, professional: 10 });
  });
});

describe("a submission", () => {
  it("carries only evidence that the form asks for, and names what is missing", () => {
    const sent = submissionOf(own, values, { public: 0, professional: 18 });
    expect(sent.evidence.map((file) => file.key)).toEqual(["notice"]);
    expect(sent).toMatchObject({ people: [], remark: "", hours: undefined });
    expect(missingEvidence(conference, values)).toEqual([]);
    expect(missingEvidence(conference, { ...values, evidence: [] })).toEqual(["会议通知"]);
  });
  it("asks who read a paper to prove it, and drops the proof when he says that he did not (DEC-16)", () => {
    const read = { ...values, facts: { ...values.facts, presented: true } };
    expect(missingEvidence(conference, read)).toEqual(["宣读证明"]);
    const proof = { key: "presented", fileId: "3", name: "宣读证明.pdf" };
    const proven = { ...read, evidence: [...(values.evidence ?? []), proof] };
    expect(missingEvidence(conference, proven)).toEqual([]);
    const keysOf = (given: DeclareValues) => submissionOf(own, given, null).evidence.map(({ key }) => key);
    expect(keysOf(proven)).toEqual(["notice", "presented"]);
    expect(keysOf({ ...proven, facts: { ...values.facts, presented: false } })).toEqual(["notice"]);
  });
  it("names each person with his own facts, and only the facts that are his", () => {
    const people = [person("1", false, { rank: 1 }), person("2", false)];
    const sent = submissionOf({ ...own, forPeople: true }, { ...values, people }, null);
    expect(sent.people).toEqual([
      { personId: "1", facts: { level: "ministry", days: 3, presented: false, rank: 1 } },
      { personId: "2" },
    ]);
  });
  it("of a correction names the declaration and neither form, year nor people", () => {
    const sent = resubmissionOf("d", { ...own, personId: "1" }, { values, computed: null });
    expect(sent.id).toBe("d");
    expect(sent).not.toHaveProperty("people");
    expect(sent).not.toHaveProperty("form");
    expect(sent).not.toHaveProperty("year");
  });
});

describe("the rule trace", () => {
  it("shows rule, table and result with their clauses and leaves out what it does not know", () => {
    const citation = { title: "学时折算标准（四）", document: "指南", clause: "9（四）" };
    const lines = traceLines([
      { kind: "request", call: "hours" },
      {
        kind: "rule",
        rule: "国家部委学术会议",
        conditions: [
          { title: "会议级别", operator: "equal", value: "国家部委", result: true },
          { title: "是否宣读", operator: "equal", value: false, result: false },
        ],
        citation,
      },
      {
        kind: "table",
        title: "每天学时",
        keys: ["ministry"],
        value: 6,
        unit: "学时",
        from: 2013,
        to: null,
        citation,
      },
      { kind: "result", text: "3 天 × 6 = 18 学时", citations: [citation] },
      null,
      "text",
    ]);
    expect(lines.map((line) => line.kind)).toEqual(["rule", "table", "result"]);
    expect(lines[0]).toMatchObject({
      detail: "会议级别 为 国家部委",
      citation: "学时折算标准（四）（指南 9（四））",
    });
    expect(lines[1]?.detail).toBe("ministry → 6 学时（2013年度起）");
  });
});

describe("the counts above the to-do list", () => {
  const counts: TaskCounts = {
    total: 43,
    totalIsExact: true,
    groups: [
      { processKey: "declaration", processName: "学时申报", year: 2025, count: 8, approvalLimit: null },
      { processKey: "declaration", processName: "学时申报", year: 2026, count: 30, approvalLimit: null },
      {
        processKey: "person-registration",
        processName: "人员注册",
        year: null,
        count: 5,
        approvalLimit: null,
      },
    ],
  };
  it("add up per process, with 全部 first", () => {
    expect(processChips(counts)).toEqual([
      { key: "", label: "全部", count: 43 },
      { key: "declaration", label: "学时申报", count: 38 },
      { key: "person-registration", label: "人员注册", count: 5 },
    ]);
  });
  it("per year start with 全部待审核年度, newest year first, and count what the filter shows (APR-09)", () => {
    expect(yearChips(counts, "declaration").map((chip) => `${chip.label} ${chip.count}`)).toEqual([
      "全部待审核年度 38",
      "2026年度 30",
      "2025年度 8",
    ]);
    expect(yearChips(counts, "").at(0)?.count).toBe(43);
    expect(yearChips(counts, "person-registration")).toEqual([]);
  });
});

describe("the list of failed rows", () => {
  it("holds the failed ones only, and no cell that a spreadsheet would compute", () => {
    const csv = failedRowsCsv({
      succeeded: 1,
      failed: 2,
      results: [
        { taskId: "1", number: "SB1", applicantName: "甲", ok: true, code: null, message: null },
        { taskId: "2", number: "SB2", applicantName: "=1+1", ok: false, code: "x", message: '已由"乙"办理' },
        { taskId: "3", number: null, applicantName: null, ok: false, code: "x", message: "@SUM(A1)" },
      ],
    });
    expect(csv.split("\r\n")).toEqual([
      '"编号","申请人","失败原因"',
      `"SB2","'=1+1","已由""乙""办理"`,
      `"3","","'@SUM(A1)"`,
    ]);
  });
});

describe("the menu", () => {
  const session = (role: SessionView["role"], modules: string[]) => ({ role, modules }) as SessionView;
  const titles = (of: SessionView) => menuOf(of).flatMap(({ leaves }) => leaves.map(({ title }) => title));

  it.each([
    ["operator", "closures:execute"],
    ["employer", "changes:people"],
    ["employer", "changes:organizations"],
    ["employer", "transfers:manage"],
    ["employer", "plans:manage"],
  ] as const)("has a to-do list for a %s with %s", (role, module) => {
    expect(receivesTasks(session(role, [module]))).toBe(true);
  });

  it("has none for whom no task is for", () => {
    expect(receivesTasks(session("auditor", ["audit:read", "workflow:inspect"]))).toBe(false);
  });

  it("leads to the lists that a module is for, and to no declaration by a base, which reports classes", () => {
    expect(titles(session("employer", ["changes:people", "plans:manage"]))).toEqual([
      "审核人员信息修改",
      "单位培训计划",
    ]);
    expect(titles(session("base", ["declarations:submit", "declarations:records"]))).toEqual([
      "单位申报记录",
    ]);
  });
});
