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

/** Puts something into the review task, or beside it. */
const inReview = (xml: string, inside: string) =>
  put(xml, /(<bpmn:userTask id="review"[^>]*>)/, "$1").replace(
    /(<bpmn:userTask id="review"[^>]*>)/,
    (tag) => `${tag}${inside}`,
  );
const onReview = (attributes: string) =>
  put(registration, '<bpmn:userTask id="review"', `<bpmn:userTask id="review" ${attributes}`);
const namespaces = (xml: string) =>
  xml.includes("xmlns:camunda")
    ? xml
    : put(xml, "<bpmn:definitions ", '<bpmn:definitions xmlns:camunda="http://camunda.org/schema/1.0/bpmn" ');
const inProcess = (inside: string) =>
  put(registration, '<bpmn:endEvent id="approved"', `${inside}<bpmn:endEvent id="approved"`);
const loop = (inside: string, attributes = "") =>
  put(
    declaration,
    /<bpmn:multiInstanceLoopCharacteristics[\s\S]*?<\/bpmn:multiInstanceLoopCharacteristics>/,
    `<bpmn:multiInstanceLoopCharacteristics ${attributes}>${inside}</bpmn:multiInstanceLoopCharacteristics>`,
  );
const boundary = (definition: string) =>
  put(registration, /<bpmn:messageEventDefinition [^>]*\/>/, definition);
const script = `<camunda:script scriptFormat="javascript">${attack}</camunda:script>`;
const extension = (inside: string) => `<bpmn:extensionElements>${inside}</bpmn:extensionElements>`;

/** Other ways to run code, to reach outside, to run for ever, or to confuse who reads names. */
const further: [string, string][] = [
  [
    "execution listener",
    namespaces(
      inReview(
        registration,
        extension(`<camunda:executionListener event="start">${script}</camunda:executionListener>`),
      ),
    ),
  ],
  [
    "task listener",
    namespaces(
      inReview(
        registration,
        extension(`<camunda:taskListener event="create">${script}</camunda:taskListener>`),
      ),
    ),
  ],
  [
    "input mapping",
    namespaces(
      inReview(
        registration,
        extension(
          `<camunda:inputOutput><camunda:inputParameter name="a">${script}</camunda:inputParameter></camunda:inputOutput>`,
        ),
      ),
    ),
  ],
  [
    "output mapping by expression",
    namespaces(
      inReview(
        registration,
        extension(
          `<camunda:inputOutput><camunda:outputParameter name="a">${escapes[0]}</camunda:outputParameter></camunda:inputOutput>`,
        ),
      ),
    ),
  ],
  ["form key", namespaces(onReview(`camunda:formKey="${escapes[3]}"`))],
  ["assignee expression", namespaces(onReview(`camunda:assignee="${escapes[4]}"`))],
  [
    "delegate expression",
    namespaces(
      put(
        registration,
        `implementation="${service}"`,
        `implementation="${service}" camunda:delegateExpression="${escapes[5]}"`,
      ),
    ),
  ],
  [
    "class",
    namespaces(
      put(
        registration,
        `implementation="${service}"`,
        `implementation="${service}" camunda:class="child_process"`,
      ),
    ),
  ],
  [
    "result variable",
    namespaces(
      put(
        registration,
        `implementation="${service}"`,
        `implementation="${service}" camunda:resultVariable="__proto__"`,
      ),
    ),
  ],
  ["web service", put(registration, service, "##WebService")],
  [
    "candidates by expression",
    put(registration, /xueshi:candidates="[^"]*"/, `xueshi:candidates="${escapes[0]}"`),
  ],
  ["candidates __proto__", put(registration, /xueshi:candidates="[^"]*"/, 'xueshi:candidates="__proto__"')],
  ["candidates toString", put(registration, /xueshi:candidates="[^"]*"/, 'xueshi:candidates="toString"')],
  ["module constructor", put(registration, /xueshi:module="[^"]*"/, 'xueshi:module="constructor"')],
  ["outcome __proto__", put(registration, /xueshi:outcomes="[^"]*"/, 'xueshi:outcomes="approve,__proto__"')],
  [
    "outcome constructor",
    put(registration, /xueshi:outcomes="[^"]*"/, 'xueshi:outcomes="approve,constructor"'),
  ],
  ["rule __proto__", put(declaration, /xueshi:rule="[^"]*"/, 'xueshi:rule="__proto__"')],
  ["service hasOwnProperty", put(registration, service, "${environment.services.hasOwnProperty}")],
  [
    "element named __proto__",
    registration
      .replaceAll('"approve"', '"__proto__"')
      .replaceAll('bpmnElement="approve"', 'bpmnElement="__proto__"'),
  ],
  [
    "element named constructor",
    registration
      .replaceAll('id="decision"', 'id="constructor"')
      .replaceAll('Ref="decision"', 'Ref="constructor"')
      .replaceAll('bpmnElement="decision"', 'bpmnElement="constructor"'),
  ],
  [
    "loop of a thousand million",
    loop(
      '<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">1000000000</bpmn:loopCardinality>',
      'isSequential="true"',
    ),
  ],
  [
    "loop by expression",
    loop(
      `<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">${escapes[0]}</bpmn:loopCardinality>`,
      'isSequential="true"',
    ),
  ],
  ["parallel loop", loop("", 'camunda:collection="${environment.variables.route}"')],
  [
    "standard loop",
    inReview(
      registration,
      '<bpmn:standardLoopCharacteristics><bpmn:loopCondition xsi:type="bpmn:tFormalExpression">true</bpmn:loopCondition></bpmn:standardLoopCharacteristics>',
    ),
  ],
  [
    "completion by script",
    put(
      declaration,
      '<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">',
      '<bpmn:completionCondition xsi:type="bpmn:tFormalExpression" language="javascript">',
    ),
  ],
  [
    "timer at once, for ever",
    boundary(
      '<bpmn:timerEventDefinition id="t"><bpmn:timeCycle xsi:type="bpmn:tFormalExpression">R/PT0S</bpmn:timeCycle></bpmn:timerEventDefinition>',
    ),
  ],
  [
    "timer of a century",
    boundary(
      '<bpmn:timerEventDefinition id="t"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P36500D</bpmn:timeDuration></bpmn:timerEventDefinition>',
    ),
  ],
  [
    "timer in the past",
    boundary(
      '<bpmn:timerEventDefinition id="t"><bpmn:timeDate xsi:type="bpmn:tFormalExpression">1999-01-01</bpmn:timeDate></bpmn:timerEventDefinition>',
    ),
  ],
  [
    "timer by expression",
    boundary(
      `<bpmn:timerEventDefinition id="t"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">${escapes[0]}</bpmn:timeDuration></bpmn:timerEventDefinition>`,
    ),
  ],
  [
    "condition event",
    boundary(
      `<bpmn:conditionalEventDefinition id="t"><bpmn:condition xsi:type="bpmn:tFormalExpression">${escapes[0]}</bpmn:condition></bpmn:conditionalEventDefinition>`,
    ),
  ],
  [
    "condition event by script",
    boundary(
      `<bpmn:conditionalEventDefinition id="t"><bpmn:condition xsi:type="bpmn:tFormalExpression" language="javascript">${attack};next(null,true)</bpmn:condition></bpmn:conditionalEventDefinition>`,
    ),
  ],
  ["signal", boundary('<bpmn:signalEventDefinition id="t" />')],
  ["error event", boundary('<bpmn:errorEventDefinition id="t" />')],
  ["compensation", boundary('<bpmn:compensateEventDefinition id="t" />')],
  [
    "terminate end",
    put(
      registration,
      '<bpmn:endEvent id="approved"',
      '<bpmn:endEvent id="x" name="终止"><bpmn:terminateEventDefinition /></bpmn:endEvent><bpmn:endEvent id="approved"',
    ),
  ],
  [
    "data object",
    inProcess(
      '<bpmn:dataObject id="fields" /><bpmn:dataObjectReference id="content" name="数据" dataObjectRef="fields" />',
    ),
  ],
  [
    "property",
    put(registration, /(<bpmn:process [^>]*>)/, "X").replace(
      "X",
      () =>
        `${/<bpmn:process [^>]*>/.exec(registration)?.[0]}<bpmn:property id="properties" name="${escapes[0]}" />`,
    ),
  ],
  [
    "input and output",
    inReview(
      registration,
      '<bpmn:ioSpecification><bpmn:dataInput id="i" name="constructor" /><bpmn:inputSet /><bpmn:outputSet /></bpmn:ioSpecification>',
    ),
  ],
  [
    "annotation with an expression",
    inProcess(`<bpmn:textAnnotation id="note"><bpmn:text>${escapes[0]}</bpmn:text></bpmn:textAnnotation>`),
  ],
  [
    "subprocess",
    inProcess(
      '<bpmn:subProcess id="s" name="子流程" triggeredByEvent="true"><bpmn:startEvent id="s1" /></bpmn:subProcess>',
    ),
  ],
  ["manual task", inProcess('<bpmn:manualTask id="m" name="人工" />')],
  [
    "second process",
    put(
      registration,
      "</bpmn:process>",
      '</bpmn:process><bpmn:process id="second" isExecutable="true"><bpmn:scriptTask id="z" scriptFormat="javascript"><bpmn:script>globalThis.escaped=1</bpmn:script></bpmn:scriptTask></bpmn:process>',
    ),
  ],
  [
    "second process that does not run",
    put(
      registration,
      "</bpmn:process>",
      '</bpmn:process><bpmn:process id="second"><bpmn:scriptTask id="z" scriptFormat="javascript"><bpmn:script>globalThis.escaped=1</bpmn:script></bpmn:scriptTask></bpmn:process>',
    ),
  ],
  [
    "import",
    put(registration, /(<bpmn:definitions [^>]*>)/, "X").replace(
      "X",
      () =>
        `${/<bpmn:definitions [^>]*>/.exec(registration)?.[0]}<bpmn:import importType="http://www.w3.org/2001/XMLSchema" location="file:///etc/passwd" namespace="x" />`,
    ),
  ],
  [
    "external entity",
    put(
      registration,
      "<bpmn:definitions ",
      '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><bpmn:definitions ',
    ).replace('name="开通账户"', 'name="&e;"'),
  ],
  [
    "entities within entities",
    put(
      registration,
      "<bpmn:definitions ",
      '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><bpmn:definitions ',
    ).replace('name="开通账户"', 'name="&b;"'),
  ],
  [
    "expression in character references",
    put(
      registration,
      condition,
      `<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">&#36;{content.id.constructor.constructor('${attack}')()}<`,
    ),
  ],
  [
    "expression in CDATA",
    put(
      registration,
      condition,
      `<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"><![CDATA[${escapes[0]}]]><`,
    ),
  ],
  ["message of another name", put(registration, 'name="withdraw"', 'name="__proto__"')],
  [
    "elements within elements without end",
    inProcess(`${"<bpmn:subProcess>".repeat(13_000)}${"</bpmn:subProcess>".repeat(13_000)}`),
  ],
  [
    "a service that starts by itself behind a claimed way in",
    put(
      registration,
      'id="Flow_decision_approve" name="通过" sourceRef="decision" targetRef="approve"',
      'id="Flow_decision_approve" name="通过" sourceRef="decision" targetRef="reject"',
    ),
  ],
  [
    "compensation task",
    put(
      registration,
      '<bpmn:serviceTask id="approve"',
      '<bpmn:serviceTask id="approve" isForCompensation="true"',
    ),
  ],
  [
    "foreign namespace",
    put(registration, "<bpmn:definitions ", '<bpmn:definitions xmlns:evil="urn:evil" ').replace(
      '<bpmn:userTask id="review"',
      `<bpmn:userTask id="review" evil:onStart="${attack}"`,
    ),
  ],
];

const all = [...hostile, ...further];

describe("hostile definitions", () => {
  it.each(all)("%s: refused at publishing", async (_name, xml) => {
    expect((await checkDefinition(xml)).some(({ severity }) => severity === "error")).toBe(true);
  });

  it.each(all)("%s: harmless when forced in", async (_name, xml) => {
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
