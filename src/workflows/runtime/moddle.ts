import { BpmnModdle, type ParseResult } from "bpmn-moddle";

/**
 * The attributes that our definitions add to BPMN 2.0. `xueshi:*` say who may act and what may come out of a step;
 * of camunda's only `collection` is read, because bpmn-elements and every modeler know it under that name.
 */
const xueshiDescriptor = {
  name: "Xueshi",
  uri: "urn:xueshi:bpmn:1",
  prefix: "xueshi",
  types: [
    {
      name: "UserStep",
      extends: ["bpmn:UserTask"],
      properties: [
        { name: "candidates", isAttr: true, type: "String" },
        { name: "module", isAttr: true, type: "String" },
        { name: "dueWorkingDays", isAttr: true, type: "Integer" },
      ],
    },
    {
      name: "DecidedStep",
      extends: ["bpmn:UserTask", "bpmn:BusinessRuleTask"],
      properties: [{ name: "outcomes", isAttr: true, type: "String" }],
    },
    {
      name: "RuleStep",
      extends: ["bpmn:BusinessRuleTask"],
      properties: [{ name: "rule", isAttr: true, type: "String" }],
    },
  ],
};

const camundaDescriptor = {
  name: "Camunda",
  uri: "http://camunda.org/schema/1.0/bpmn",
  prefix: "camunda",
  types: [
    {
      name: "Collectable",
      extends: ["bpmn:MultiInstanceLoopCharacteristics"],
      properties: [{ name: "collection", isAttr: true, type: "String" }],
    },
  ],
};

/** For other readers of our files: the modeler page, and bpmn-engine in tests. */
export const moddleExtensions = { xueshi: xueshiDescriptor, camunda: camundaDescriptor };

/** Parses BPMN XML with our attributes. Rejects with the parser's own error when the text is not BPMN. */
export async function parseBpmn(xml: string): Promise<ParseResult> {
  const moddle = new BpmnModdle(moddleExtensions);
  return moddle.fromXML(xml);
}
