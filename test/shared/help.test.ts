import { describe, expect, it } from "vitest";
import { operationQuestions } from "../../src/shared/help/operation-questions.ts";
import { policyQuestions } from "../../src/shared/help/policy-questions.ts";
import { searchQuestions } from "../../src/shared/help/search-questions.ts";

const all = [...policyQuestions, ...operationQuestions];

function textOf(id: string): string {
  const question = all.find((one) => one.id === id);
  if (question === undefined) throw new Error(`no question ${id}`);
  return question.answer.join("\n");
}

describe("help centre", () => {
  it("has the guide's 10 policy and 23 operation questions, numbered through, each answered", () => {
    expect(policyQuestions.map((one) => one.number)).toEqual(
      Array.from({ length: 10 }, (_, index) => index + 1),
    );
    expect(operationQuestions.map((one) => one.number)).toEqual(
      Array.from({ length: 23 }, (_, index) => index + 1),
    );
    expect(new Set(all.map((one) => one.id)).size).toBe(33);
    expect(all.filter((one) => one.answer.length === 0 || one.question === "")).toEqual([]);
  });

  it("keeps the guide's words where other parts depend on them", () => {
    expect(textOf("policy-6")).toContain(
      "2013-2015年，初级总学时不少于74学时（其中公需课不低于22学时，专业课不少于52学时）",
    );
    expect(textOf("policy-9")).toContain("宣读、报告论文者另加6学时");
    expect(textOf("policy-9")).toContain("（四）经业务主管部门批准的其他情况。");
    expect(textOf("operation-8")).toContain("您的帐号不存在，请重新输入!若未注册，可点此立即注册");
    expect(textOf("operation-8")).toContain("您的账号正在审核中，审核通过才可登录平台。可点此查看审核部门");
    expect(textOf("operation-8")).toContain("您选择的登录角色未注册，请选择正确的登录角色!");
    expect(textOf("operation-6")).toMatch(/^1\.点击登录界面/);
  });

  it("never lets one answer run into the next question", () => {
    for (const question of all) {
      const others = all.filter((one) => one.id !== question.id).map((one) => one.question);
      expect(others.filter((other) => question.answer.includes(other))).toEqual([]);
    }
  });

  it("finds questions by every word, in question, answer and note, whatever the case of letters", () => {
    expect(searchQuestions(all, "调转").map((one) => one.id)).toContain("operation-9");
    expect(searchQuestions(all, "issn").map((one) => one.id)).toEqual(["policy-9"]);
    expect(searchQuestions(all, " 合并打印  年度 ").map((one) => one.id)).toEqual(["operation-23"]);
    expect(searchQuestions(all, "锁定15分钟").map((one) => one.id)).toEqual(["operation-8"]);
    expect(searchQuestions(all, "不存在的词语甲乙")).toEqual([]);
    expect(searchQuestions(all, "  ")).toHaveLength(33);
  });
});
