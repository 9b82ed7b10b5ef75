import { describe, expect, it } from "vitest";
import { checkDefinition } from "../../src/workflows/check/check-definition.ts";
import { loadDefinition } from "../../src/workflows/runtime/definition.ts";
import { looksLikeExpression, safeExpressions, safePath } from "../../src/workflows/runtime/expressions.ts";
import { ReplayError } from "../../src/workflows/runtime/position.ts";
import { replay } from "../../src/workflows/runtime/replay.ts";
import { path, shippedXml } from "./support.ts";

const registration = shippedXml("person-registration");
const declaration = shippedXml("declaration");

/** Set by any escape that works. */
const world = globalThis as { escaped?: unknown };
const attack = "globalThis.escaped=1";

function put(xml: string, from: string | RegExp, to: string): string {
  const changed = xml.replace(from, to.replaceAll("$", "$$$$"));
  if (changed === xml) throw new Error(`nothing replaced: ${from}`);
  return changed;
}

const condition = /<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">[^<]*</;
const service = "${environment.services.approveRegistration}";
const escapes = [
  `\${content.id.constructor.constructor('${attack}')()}`,
  `\${environment.services.constructor.constructor('${attack}')()}`,
  `\${environment.services.approveRegistration(content.id.constructor.constructor('${attack}'))}`,
  `\${environment.resolveExpression.constructor('${attack}')()}`,
  "${environment.__proto__.polluted}",
  "${environment.constructor}",
  "${content.__proto__}",
  "${fields.routingKey}",
  "#{1+1}",
];

const hostile: [string, string][] = [
  ...escapes.map((text): [string, string] => [
    `condition ${text}`,
    put(registration, condition, `<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${text}<`),
  ]),
  ...escapes.map((text): [string, string] => [`implementation ${text}`, put(registration, service, text)]),
  ...escapes.map((text): [string, string] => [
    `collection ${text}`,
    put(declaration, "${environment.variables.route}", text),
  ]),
  ...escapes.map((text): [string, string] => [
    `completion ${text}`,
    put(declaration, "${content.output.reject}", text),
  ]),
  ...escapes.map((text): [string, string] => [
    `name ${text}`,
    put(registration, 'name="开通账户"', `name="${text}"`),
  ]),
  [
    "condition in JavaScript",
    put(
      registration,
      condition,
      `<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression" language="javascript">${attack};next(null,true)<`,
    ),
  ],
  [
    "script task",
    put(
      registration,
      /<bpmn:serviceTask (id="approve"[\s\S]*?)<\/bpmn:serviceTask>/,
      `<bpmn:scriptTask id="approve" name="脚本" scriptFormat="javascript"><bpmn:incoming>Flow_decision_approve</bpmn:incoming><bpmn:outgoing>Flow_approve_approved</bpmn:outgoing><bpmn:script>${attack};next()</bpmn:script></bpmn:scriptTask>`,
    ),
  ],
  [
    "data object property",
    put(
      registration,
      '<bpmn:endEvent id="approved"',
      '<bpmn:dataObjectReference id="d" name="数据" /><bpmn:endEvent id="approved"',
    ),
  ],
  [
    "message name",
    put(registration, 'name="withdraw"', `name="\${content.id.constructor.constructor('${attack}')()}"`),
  ],
  [
    "call activity",
    put(
      registration,
      /<bpmn:serviceTask id="approve"[^>]*>/,
      '<bpmn:callActivity id="approve" name="调用" calledElement="person-registration">',
    ).replace(/(<bpmn:callActivity[\s\S]*?)<\/bpmn:serviceTask>/, "$1</bpmn:callActivity>"),
  ],
];

describe("hostile definitions", () => {
  it.each(hostile)("%s: refused at publishing", async (_name, xml) => {
    expect((await checkDefinition(xml)).some(({ severity }) => severity === "error")).toBe(true);
  });

  it.each(hostile)("%s: harmless when forced in", async (_name, xml) => {
    const definition = await loadDefinition(xml).catch(() => null);
    const paths = xml.includes('id="declaration"')
      ? ["started:2 route=full review:0=approve review:1=approve", "started:2 route=full review:0=reject"]
      : ["started:0 review:0=approve", "started:0 review:0=reject", "started:0 !withdraw"];
    const unexpected: unknown[] = [];
    for (const text of paths) {
      try {
        if (definition !== null) replay(definition, path(text));
      } catch (error) {
        if (!(error instanceof ReplayError)) unexpected.push(error);
      }
    }
    expect(unexpected).toEqual([]);
    expect(world.escaped).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("a circle without a waiting step stops instead of running for ever", async () => {
    const circle = put(
      put(
        registration,
        'id="Flow_approve_approved" sourceRef="approve" targetRef="approved"',
        'id="Flow_approve_approved" sourceRef="approve" targetRef="approve"',
      ),
      "<bpmn:incoming>Flow_decision_approve</bpmn:incoming>",
      "<bpmn:incoming>Flow_decision_approve</bpmn:incoming><bpmn:incoming>Flow_approve_approved</bpmn:incoming>",
    );
    const definition = await loadDefinition(circle);
    const began = performance.now();
    expect(() => replay(definition, path("started:0 review:0=approve"))).toThrow("does not come to rest");
    expect(performance.now() - began).toBeLessThan(5_000);
    expect((await checkDefinition(circle)).length).toBeGreaterThan(0);
  });
});

describe("expressions", () => {
  it.each([
    ["${environment.output.review.approve}", ["environment", "output", "review", "approve"]],
    ["${environment.variables.route}", ["environment", "variables", "route"]],
    ["${content.output.reject}", ["content", "output", "reject"]],
  ])("%s is a path", (text, expected) => {
    expect(safePath(text)).toEqual(expected);
  });

  it.each([
    ...escapes,
    "${true}",
    "${environment}",
    "${environment.settings.step}",
    "text",
    "${a b}",
    "${environment.output.x} and ${y}",
    "",
  ])("%s is not", (text) => {
    expect(safePath(text)).toBeNull();
  });

  it("reads own properties of plain data only", () => {
    const inherited = Object.create({ secret: 1 }) as object;
    const scope = {
      environment: { output: { review: inherited, list: [] } },
      content: { output: { reject: true } },
    };
    expect(safeExpressions.resolveExpression("${content.output.reject}", scope)).toBe(true);
    expect(safeExpressions.resolveExpression("${environment.output.review.secret}", scope)).toBeUndefined();
    expect(safeExpressions.resolveExpression("${environment.output.list.map}", scope)).toBeUndefined();
    expect(safeExpressions.resolveExpression("${environment.output.missing.deeper}", scope)).toBeUndefined();
    expect(safeExpressions.resolveExpression("plain", scope)).toBe("plain");
    expect(looksLikeExpression("plain")).toBe(false);
  });
});
