import { describe, expect, it } from "vitest";
import { checkDefinition } from "../../src/workflows/check/check-definition.ts";
import { type FindingCode, findingText } from "../../src/workflows/check/findings.ts";
import { checkedModel } from "../../src/workflows/check/model.ts";
import { documentationOf } from "../../src/workflows/runtime/definition.ts";
import { parseBpmn } from "../../src/workflows/runtime/moddle.ts";
import { mutantsOf } from "./mutations.ts";
import { shippedKeys, shippedXml } from "./support.ts";

const registration = shippedXml("organization-registration");

/** `code elementId` of everything found. */
async function found(xml: string): Promise<string[]> {
  return (await checkDefinition(xml)).map(({ code, elementId }) => `${code} ${elementId}`);
}

describe("shipped definitions", () => {
  it.each(shippedKeys())("%s has no finding", async (key) => {
    expect((await checkDefinition(shippedXml(key))).map(findingText)).toEqual([]);
  });
});

it("documents every task of every shipped definition with the requirements that it follows from", async () => {
  const silent: string[] = [];
  for (const key of shippedKeys()) {
    const { elements } = checkedModel(await parseBpmn(shippedXml(key)));
    const tasks = elements.filter(({ $type }) => $type.endsWith("Task"));
    expect(tasks.length).toBeGreaterThan(0);
    for (const task of tasks)
      if (!/[A-Z]{3}-\d/.test(documentationOf(task))) silent.push(`${key} ${task.id}`);
  }
  expect(silent).toEqual([]);
});

describe("checkDefinition", () => {
  const change = (from: string | RegExp, to: string) => {
    const xml = registration.replace(from, to);
    if (xml === registration) throw new Error(`nothing replaced: ${from}`);
    return xml;
  };

  it.each<[string, string, `${FindingCode} ${string}`]>([
    ["text that is not XML", "流程", "not-parseable null"],
    ["XML that is not BPMN", "<html/>", "not-parseable null"],
    [
      "a reference to nothing",
      change('targetRef="approved"', 'targetRef="nowhere"'),
      "not-parseable Flow_approve_approved",
    ],
    [
      "a process that nothing starts",
      change(/(<bpmn:process id|bpmnElement)="organization-registration"/g, '$1="mine"'),
      "process-key mine",
    ],
    [
      "a script",
      change(
        /<bpmn:serviceTask (id="approve" name="[^"]*")[^>]*>([\s\S]*?)<\/bpmn:serviceTask>/,
        "<bpmn:scriptTask $1>$2<bpmn:script>1</bpmn:script></bpmn:scriptTask>",
      ),
      "script approve",
    ],
    [
      "a call",
      change("services.approveRegistration}", "services.approveRegistration(1)}"),
      "unsafe-expression approve",
    ],
    [
      "an unknown service",
      change("services.approveRegistration", "services.openEverything"),
      "unknown-service approve",
    ],
    [
      "an unknown candidate rule",
      change('candidates="superior"', 'candidates="anybody"'),
      "unknown-candidate review",
    ],
    [
      "a party that the process lacks",
      change('candidates="superior"', 'candidates="operator"'),
      "missing-party review",
    ],
    [
      "an unknown module",
      change('module="registrations:organizations"', 'module="root"'),
      "unknown-module review",
    ],
    [
      "a review by the applicant",
      change('candidates="superior"', 'candidates="applicant"'),
      "self-review review",
    ],
    ["no deadline", change(' xueshi:dueWorkingDays="10"', ""), "bad-deadline review"],
    ["a gateway without default", change(' default="Flow_decision_reject"', ""), "no-default decision"],
    [
      "a condition on an unknown outcome",
      change("output.review.approve", "output.review.perhaps"),
      "bad-condition Flow_decision_approve",
    ],
    ["an unknown message", change('name="withdraw"', 'name="retreat"'), "unknown-message withdrawn"],
    ["no Chinese name", change('name="审核结论"', 'name="Decision"'), "no-name decision"],
    [
      "a missing shape",
      change(/ +<bpmndi:BPMNShape id="Shape_approve"[\s\S]*?<\/bpmndi:BPMNShape>\n/, ""),
      "no-layout approve",
    ],
    [
      "the wrong service after approval",
      change("services.approveRegistration", "services.rejectRegistration"),
      "wrong-order approve",
    ],
    [
      "an unknown extension",
      change(' name="审核通过"', ' name="审核通过" foo:bar="1" xmlns:foo="urn:foo"'),
      "script approved",
    ],
    [
      "listeners",
      change(
        "<bpmn:incoming>Flow_submitted_review",
        "<bpmn:extensionElements /><bpmn:incoming>Flow_submitted_review",
      ),
      "script review",
    ],
    ["an endless file", `${registration}${" ".repeat(600_000)}`, "too-large null"],
  ])("finds %s", async (_what, xml, expected) => {
    expect(await found(xml)).toContain(expected);
  });

  it("finds a decision that decides nothing, and what is never reached", async () => {
    const xml = registration
      .replace(
        /<bpmn:sequenceFlow id="Flow_decision_approve" name="通过" sourceRef="decision" targetRef="approve">/,
        '<bpmn:sequenceFlow id="Flow_decision_approve" name="通过" sourceRef="decision" targetRef="reject">',
      )
      .replace("<bpmn:incoming>Flow_decision_approve</bpmn:incoming>\n", "")
      .replace(
        "<bpmn:incoming>Flow_decision_reject</bpmn:incoming>",
        "<bpmn:incoming>Flow_decision_approve</bpmn:incoming><bpmn:incoming>Flow_decision_reject</bpmn:incoming>",
      );
    const codes = await found(xml);
    expect(codes).toEqual(expect.arrayContaining([expect.stringMatching(/^lint/)]));
  });

  it("says what is wrong around a reference to nothing, not only that it is there", async () => {
    const xml = change(/ *<bpmn:sequenceFlow id="Flow_withdrawn_withdraw"[^>]*\/>\n/, "");
    expect(await found(xml)).toEqual(
      expect.arrayContaining([
        "not-parseable withdrawn",
        "no-exit withdrawn",
        "cannot-end withdrawn",
        "unreachable withdraw",
      ]),
    );
  });

  it("is not misled by a list of flows that claims a way in", async () => {
    const xml = change('sourceRef="approve" targetRef="approved"', 'sourceRef="approve" targetRef="review"');
    expect(xml).toContain("<bpmn:incoming>Flow_approve_approved</bpmn:incoming>");
    expect(await found(xml)).toContain("unreachable approved");
  });

  it("finds a circle that no way leads out of", async () => {
    const xml = change(
      /(id="Flow_(?:approve_approved|reject_rejected|withdraw_ended)"[^>]*) targetRef="\w+"/g,
      '$1 targetRef="review"',
    );
    expect(await found(xml)).toEqual(expect.arrayContaining(["cannot-end review", "cannot-end decision"]));
  });

  it("says in Chinese and in English what is wrong, and where", async () => {
    const [first] = await checkDefinition(change("services.approveRegistration", "services.openEverything"));
    expect(first && findingText(first)).toBe(
      "error approve [unknown-service] 服务“openEverything”不存在 / service openEverything does not exist",
    );
  });

  it("finds each kind of mutation (all of them: check.deep.test.ts)", async () => {
    const mutants = mutantsOf(registration).filter((_, index) => index % 6 === 0);
    const missed: string[] = [];
    for (const { name, xml } of mutants) {
      if (!(await checkDefinition(xml)).some(({ severity }) => severity === "error")) missed.push(name);
    }
    expect(missed).toEqual([]);
  });
});
