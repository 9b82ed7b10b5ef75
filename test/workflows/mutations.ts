import { services } from "../../src/workflows/catalogue.ts";

/** A shipped definition with one thing broken, and what was done to it. */
export interface Mutant {
  readonly name: string;
  readonly xml: string;
}

interface Site {
  /** The whole start tag, or the whole element when it is found with `elements`. */
  readonly text: string;
  readonly id: string;
}

/** Start tags of a BPMN type, with their ids. */
function tags(xml: string, type: string): Site[] {
  return [...xml.matchAll(new RegExp(`<bpmn:${type} [^>]*>`, "g"))].map(([text]) => ({
    text,
    id: attribute(text, "id"),
  }));
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
}

function without(tag: string, name: string): string {
  return tag.replace(new RegExp(` ${name}="[^"]*"`), "");
}

/** Removes a flow with its references and its edge. */
function removeFlow(xml: string, id: string): string {
  return xml
    .replace(
      new RegExp(`    <bpmn:sequenceFlow id="${id}"[^>]*(?:/>|>[\\s\\S]*?</bpmn:sequenceFlow>)\\n`),
      "",
    )
    .replaceAll(new RegExp(`      <bpmn:(incoming|outgoing)>${id}</bpmn:\\1>\\n`, "g"), "")
    .replace(new RegExp(` default="${id}"`), "")
    .replace(new RegExp(`      <bpmndi:BPMNEdge id="Edge_${id}"[\\s\\S]*?</bpmndi:BPMNEdge>\\n`), "");
}

/** Leads a flow to another node, references included. The drawing is left as it was. */
function retarget(xml: string, { id, from, to }: { id: string; from: string; to: string }): string {
  const incoming = `      <bpmn:incoming>${id}</bpmn:incoming>\n`;
  const firstReference = new RegExp(
    `(<bpmn:\\w+ id="${to}"[^>]*>\\n(?:      <bpmn:documentation>[^<]*</bpmn:documentation>\\n)?)`,
  );
  return xml
    .replace(incoming, "")
    .replace(new RegExp(`(<bpmn:sequenceFlow id="${id}"[^>]*) targetRef="${from}"`), `$1 targetRef="${to}"`)
    .replace(firstReference, `$1${incoming}`);
}

function flowMutants(xml: string): Mutant[] {
  return tags(xml, "sequenceFlow").map(({ id }) => ({
    name: `flow ${id} removed`,
    xml: removeFlow(xml, id),
  }));
}

const nodeTypes = ["userTask", "serviceTask", "businessRuleTask", "exclusiveGateway", "endEvent"];

/** Flows led astray. Not made: those that change nothing for anybody (asking the route's rule once more). */
function retargetMutants(xml: string): Mutant[] {
  const nodes = nodeTypes.flatMap((type) => tags(xml, type).map(({ id }) => id));
  const rules = new Set(tags(xml, "businessRuleTask").map(({ id }) => id));
  return tags(xml, "sequenceFlow").flatMap(({ text, id }) => {
    const source = attribute(text, "sourceRef");
    const from = attribute(text, "targetRef");
    const targets = nodes.filter(
      (to) => to !== from && to !== source && !(rules.has(to) && id.startsWith("Flow_resubmitted")),
    );
    return targets.map((to) => ({ name: `flow ${id} led to ${to}`, xml: retarget(xml, { id, from, to }) }));
  });
}

function conditionMutants(xml: string): Mutant[] {
  const conditions = [
    ...xml.matchAll(/(<bpmn:conditionExpression[^>]*>)(\$\{environment\.output\.([\w-]+)\.([\w-]+)\})</g),
  ];
  return conditions.flatMap(([whole, tag, expression, step = "", outcome = ""]) => {
    const put = (name: string, text: string) => ({
      name: `condition ${expression}: ${name}`,
      xml: xml.replace(whole, `${tag}${text}<`),
    });
    const other = outcome === "reject" ? "approve" : "reject";
    return [
      put("another outcome", `\${environment.output.${step}.${other}}`),
      put("unknown outcome", `\${environment.output.${step}.perhaps}`),
      put("unknown step", `\${environment.output.nowhere.${outcome}}`),
      put("whole step", `\${environment.output.${step}}`),
      put("variable", "${environment.variables.route}"),
      put("call", `\${environment.output.${step}.${outcome}.toString()}`),
      put("prototype", `\${environment.output.${step}.constructor}`),
      put("constant", "${true}"),
      put("text", "yes"),
      {
        name: `condition ${expression}: script`,
        xml: xml.replace(whole, `${tag?.replace(">", ' language="javascript">')}next(null, true)<`),
      },
      {
        name: `condition ${expression}: removed`,
        xml: xml.replace(new RegExp(`\\s*${escape(whole)}/bpmn:conditionExpression>`), ""),
      },
    ];
  });
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function gatewayMutants(xml: string): Mutant[] {
  return tags(xml, "exclusiveGateway").flatMap(({ text, id }) => {
    const ways = tags(xml, "sequenceFlow").filter((flow) => attribute(flow.text, "sourceRef") === id);
    const other = ways.find((flow) => flow.id !== attribute(text, "default"));
    return [
      { name: `gateway ${id} without default`, xml: xml.replace(text, without(text, "default")) },
      ...(other === undefined
        ? []
        : [
            {
              name: `gateway ${id} with another default`,
              xml: xml.replace(text, text.replace(/default="[^"]*"/, `default="${other.id}"`)),
            },
          ]),
      {
        name: `gateway ${id} made parallel`,
        xml: retype(xml, { id, from: "exclusiveGateway", to: "parallelGateway" }),
      },
      {
        name: `gateway ${id} made inclusive`,
        xml: retype(xml, { id, from: "exclusiveGateway", to: "inclusiveGateway" }),
      },
      { name: `gateway ${id} made a task`, xml: retype(xml, { id, from: "exclusiveGateway", to: "task" }) },
    ];
  });
}

function retype(xml: string, { id, from, to }: { id: string; from: string; to: string }): string {
  return xml.replace(
    new RegExp(`<bpmn:${from} (id="${id}"[^>]*>[\\s\\S]*?)</bpmn:${from}>`),
    `<bpmn:${to} $1</bpmn:${to}>`,
  );
}

function serviceMutants(xml: string): Mutant[] {
  return tags(xml, "serviceTask").flatMap(({ text, id }) => {
    const name = /services\.(\w+)/.exec(text)?.[1] ?? "";
    const { after } = services[name as keyof typeof services];
    const different = Object.entries(services).find(
      ([, entry]) => !entry.after.some((event) => (after as readonly string[]).includes(event)),
    );
    const put = (what: string, implementation: string) => ({
      name: `service ${id}: ${what}`,
      xml: xml.replace(text, text.replace(/implementation="[^"]*"/, `implementation="${implementation}"`)),
    });
    return [
      put("renamed", `\${environment.services.${name}2}`),
      put("another one", `\${environment.services.${different?.[0]}}`),
      put("with arguments", `\${environment.services.${name}(content.id)}`),
      put("constructor", "${environment.services.constructor}"),
      put("plain text", name),
      { name: `service ${id}: none`, xml: xml.replace(text, without(text, "implementation")) },
      {
        name: `service ${id} made a script`,
        xml: retype(xml, { id, from: "serviceTask", to: "scriptTask" }),
      },
      {
        name: `service ${id} made a user task`,
        xml: retype(xml, { id, from: "serviceTask", to: "userTask" }),
      },
    ];
  });
}

function userTaskMutants(xml: string): Mutant[] {
  return tags(xml, "userTask").flatMap(({ text, id }) => {
    const put = (what: string, tag: string) => ({ name: `task ${id}: ${what}`, xml: xml.replace(text, tag) });
    const outcomes = attribute(text, "xueshi:outcomes");
    const [first = "", second = ""] = outcomes.split(",");
    const reviewed = first !== "resubmit";
    return [
      put("no candidates", without(text, "xueshi:candidates")),
      put("unknown candidates", text.replace(/candidates="[^"]*"/, 'candidates="anybody"')),
      put("candidates of another process", text.replace(/candidates="[^"]*"/, 'candidates="newSuperior2"')),
      ...(reviewed
        ? [put("held by the applicant", text.replace(/candidates="[^"]*"/, 'candidates="applicant"'))]
        : []),
      put("no outcomes", without(text, "xueshi:outcomes")),
      put("one outcome less", text.replace(`outcomes="${outcomes}"`, `outcomes="${first}"`)),
      put("the other outcome less", text.replace(`outcomes="${outcomes}"`, `outcomes="${second}"`)),
      put("one outcome more", text.replace(`outcomes="${outcomes}"`, `outcomes="${outcomes},perhaps"`)),
      put("an outcome twice", text.replace(`outcomes="${outcomes}"`, `outcomes="${outcomes},${first}"`)),
      put("no name", without(text, "name")),
      put("a name in English", text.replace(/ name="[^"]*"/, ' name="Review"')),
      ...(text.includes("xueshi:module")
        ? [
            put("no module", without(text, "xueshi:module")),
            put("unknown module", text.replace(/module="[^"]*"/, 'module="everything"')),
          ]
        : []),
      ...(text.includes("dueWorkingDays")
        ? [
            put("no deadline", without(text, "xueshi:dueWorkingDays")),
            put("deadline of no day", text.replace(/dueWorkingDays="[^"]*"/, 'dueWorkingDays="0"')),
            put("deadline of years", text.replace(/dueWorkingDays="[^"]*"/, 'dueWorkingDays="900"')),
          ]
        : []),
    ];
  });
}

function loopMutants(xml: string): Mutant[] {
  const [loop] =
    /<bpmn:multiInstanceLoopCharacteristics[\s\S]*?<\/bpmn:multiInstanceLoopCharacteristics>/.exec(xml) ?? [];
  if (loop === undefined) return [];
  const put = (what: string, text: string) => ({ name: `loop: ${what}`, xml: xml.replace(loop, text) });
  return [
    put("removed", ""),
    put("parallel", loop.replace('isSequential="true"', 'isSequential="false"')),
    put(
      "no completion on rejection",
      loop.replace(/<bpmn:completionCondition[\s\S]*?<\/bpmn:completionCondition>/, ""),
    ),
    put("complete on approval", loop.replace("content.output.reject", "content.output.approve")),
    put("collection unknown", loop.replace("variables.route", "variables.everyone")),
    put("collection missing", loop.replace(/ camunda:collection="[^"]*"/, "")),
    put("collection called", loop.replace("variables.route}", "variables.route.slice(1)}")),
    put(
      "fixed count",
      loop.replace(
        "<bpmn:completionCondition",
        '<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">1</bpmn:loopCardinality><bpmn:completionCondition',
      ),
    ),
  ];
}

function eventMutants(xml: string): Mutant[] {
  return tags(xml, "boundaryEvent").flatMap(({ text, id }) => {
    const flow = tags(xml, "sequenceFlow").find((candidate) => attribute(candidate.text, "sourceRef") === id);
    const service = tags(xml, "serviceTask")[0];
    const removed = removeFlow(xml, flow?.id ?? "")
      .replace(new RegExp(`    <bpmn:boundaryEvent id="${id}"[\\s\\S]*?</bpmn:boundaryEvent>\\n`), "")
      .replace(new RegExp(`      <bpmndi:BPMNShape id="Shape_${id}"[\\s\\S]*?</bpmndi:BPMNShape>\\n`), "");
    return [
      { name: `boundary ${id} removed`, xml: removed },
      { name: `boundary ${id} without exit`, xml: removeFlow(xml, flow?.id ?? "") },
      {
        name: `boundary ${id} not interrupting`,
        xml: xml.replace(text, text.replace(">", ' cancelActivity="false">')),
      },
      {
        name: `boundary ${id} at a service`,
        xml: xml.replace(text, text.replace(/attachedToRef="[^"]*"/, `attachedToRef="${service?.id}"`)),
      },
      {
        name: `boundary ${id} at nothing`,
        xml: xml.replace(text, text.replace(/attachedToRef="[^"]*"/, 'attachedToRef="nothing"')),
      },
      {
        name: `boundary ${id} without trigger`,
        xml: xml
          .replace(
            new RegExp(`\\s*<bpmn:messageEventDefinition id="MessageEventDefinition_${id}"[^>]*/>`),
            "",
          )
          .replace(
            new RegExp(
              `\\s*<bpmn:timerEventDefinition id="TimerEventDefinition_${id}"[\\s\\S]*?</bpmn:timerEventDefinition>`,
            ),
            "",
          ),
      },
    ];
  });
}

function timerMutants(xml: string): Mutant[] {
  if (!xml.includes("<bpmn:timeDuration")) return [];
  const put = (spec: string) => ({ name: `timer ${spec}`, xml: xml.replace("P15D<", `${spec}<`) });
  return [
    put("P9999D"),
    put("PT1S"),
    put("P1M"),
    put("soon"),
    put(""),
    put("R/P1D"),
    put("${environment.variables.days}"),
    put("-P1D"),
    { name: "timer made a cycle", xml: xml.replaceAll("timeDuration", "timeCycle") },
    { name: "timer made a date", xml: xml.replaceAll("timeDuration", "timeDate") },
  ];
}

function ruleMutants(xml: string): Mutant[] {
  return tags(xml, "businessRuleTask").flatMap(({ text, id }) => {
    const outcomes = attribute(text, "xueshi:outcomes");
    const put = (what: string, tag: string) => ({ name: `rule ${id}: ${what}`, xml: xml.replace(text, tag) });
    return [
      put("renamed", text.replace(/rule="[^"]*"/, 'rule="dice"')),
      put("none", without(text, "xueshi:rule")),
      put("one outcome less", text.replace(outcomes, outcomes.slice(0, outcomes.lastIndexOf(",")))),
      put("one outcome more", text.replace(outcomes, `${outcomes},perhaps`)),
      put("no outcomes", without(text, "xueshi:outcomes")),
    ];
  });
}

function fileMutants(xml: string): Mutant[] {
  const shape = /      <bpmndi:BPMNShape[\s\S]*?<\/bpmndi:BPMNShape>\n/.exec(xml)?.[0] ?? "";
  const edge = /      <bpmndi:BPMNEdge[\s\S]*?<\/bpmndi:BPMNEdge>\n/.exec(xml)?.[0] ?? "";
  return [
    { name: "a shape removed", xml: xml.replace(shape, "") },
    { name: "an edge removed", xml: xml.replace(edge, "") },
    { name: "no diagram", xml: xml.replace(/ {2}<bpmndi:BPMNDiagram[\s\S]*<\/bpmndi:BPMNDiagram>\n/, "") },
    {
      name: "a waypoint removed",
      xml: xml.replace(/(<bpmndi:BPMNEdge[^>]*>\n\s*<di:waypoint[^>]*>\n)(?:\s*<di:waypoint[^>]*>\n)+/, "$1"),
    },
    { name: "not executable", xml: xml.replace('isExecutable="true"', 'isExecutable="false"') },
    {
      name: "another process key",
      xml: xml.replace(/<bpmn:process id="[^"]*"/, '<bpmn:process id="something-else"'),
    },
    { name: "cut off", xml: xml.slice(0, xml.length / 2) },
    { name: "message renamed", xml: xml.replace('name="withdraw"', 'name="retreat"') },
    {
      name: "start event removed",
      xml: xml.replace(/    <bpmn:startEvent[\s\S]*?<\/bpmn:startEvent>\n/, ""),
    },
  ];
}

/** Every mutant of a shipped definition that behaves worse than it or could not be run safely. */
export function mutantsOf(xml: string): Mutant[] {
  const all = [
    flowMutants,
    retargetMutants,
    conditionMutants,
    gatewayMutants,
    serviceMutants,
    userTaskMutants,
    loopMutants,
    eventMutants,
    timerMutants,
    ruleMutants,
    fileMutants,
  ].flatMap((make) => make(xml));
  for (const mutant of all)
    if (mutant.xml === xml) throw new Error(`mutation without effect: ${mutant.name}`);
  return all;
}
