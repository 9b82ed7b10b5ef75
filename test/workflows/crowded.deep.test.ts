import { describe, expect, it } from "vitest";
import { checkDefinition } from "../../src/workflows/check/check-definition.ts";
import { shippedXml } from "./support.ts";

/** Looking at each way takes minutes or for ever; the check gives up after some seconds of processor time. */
describe("a definition whose ways are too many to look at", () => {
  it.each([12, 60])("with %i tasks side by side is refused", async (count) => {
    const findings = await checkDefinition(sideBySide(count));
    expect(findings.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual([
      "too-many-positions",
    ]);
  });
});

/** A transfer that asks the new unit so many times at once. */
function sideBySide(count: number): string {
  const xml = shippedXml("transfer");
  const attributes =
    'xueshi:outcomes="approve,reject" xueshi:candidates="newEmployer" xueshi:module="transfers:manage" xueshi:dueWorkingDays="10"';
  const flows: [string, string][] = [
    ["begin", "split"],
    ["join", "complete"],
    ["complete", "end"],
  ];
  const tasks = Array.from({ length: count }, (_, index) => `task${index}`);
  for (const task of tasks) flows.push(["split", task], [task, "join"]);
  const nodes = [
    '<bpmn:startEvent id="begin" name="开始" />',
    '<bpmn:parallelGateway id="split" name="分开" />',
    '<bpmn:parallelGateway id="join" name="汇合" />',
    '<bpmn:serviceTask id="complete" name="完成" implementation="${environment.services.completeTransfer}" />',
    '<bpmn:endEvent id="end" name="结束" />',
    ...tasks.map((id) => `<bpmn:userTask id="${id}" name="确认" ${attributes} />`),
    ...flows.map(
      ([from, to], index) => `<bpmn:sequenceFlow id="flow${index}" sourceRef="${from}" targetRef="${to}" />`,
    ),
  ];
  const shapes = ["begin", "split", "join", "complete", "end", ...tasks].map(
    (id, index) =>
      `<bpmndi:BPMNShape id="shape${index}" bpmnElement="${id}"><dc:Bounds x="${index * 150}" y="0" width="100" height="80" /></bpmndi:BPMNShape>`,
  );
  const edges = flows.map(
    (_, index) =>
      `<bpmndi:BPMNEdge id="edge${index}" bpmnElement="flow${index}"><di:waypoint x="0" y="0" /><di:waypoint x="9" y="9" /></bpmndi:BPMNEdge>`,
  );
  const head = xml.slice(0, xml.indexOf("<bpmn:startEvent"));
  const plane = `<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="transfer">${shapes.join("")}${edges.join("")}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>`;
  return `${head}${nodes.join("")}</bpmn:process>${plane}</bpmn:definitions>`;
}
