import type { ModdleElement } from "bpmn-moddle";
import { moduleNames } from "../../shared/modules.ts";
import { isCandidateRule } from "../assignment/candidates.ts";
import { messages, type ProcessContract, ruleEntry, serviceEntry } from "../catalogue.ts";
import { asElements, documentationOf, routeCollections, serviceName } from "../runtime/definition.ts";
import { durationMs, timerDaysMax } from "../runtime/timer-due.ts";
import { type Finding, finding } from "./findings.ts";
import { attribute, body, type CheckedModel, child, outgoing } from "./model.ts";

const outcomeName = /^[a-z][a-z0-9-]{0,30}$/;
/** A page shows a button for each. */
const outcomesMax = 10;
const chinese = /\p{Script=Han}/u;
const tasks = new Set(["bpmn:UserTask", "bpmn:ServiceTask", "bpmn:BusinessRuleTask"]);
const reviewOutcomes = ["approve", "execute"];

/** Types that a definition may use; everything else either has no meaning here or is not proven safe in replay. */
const supported = new Set([
  ...tasks,
  "bpmn:StartEvent",
  "bpmn:EndEvent",
  "bpmn:ExclusiveGateway",
  "bpmn:ParallelGateway",
  "bpmn:BoundaryEvent",
  "bpmn:IntermediateCatchEvent",
  "bpmn:SequenceFlow",
]);

/** Findings of single elements: type, name, documentation, and what each kind of task must declare. */
export function checkElements(model: CheckedModel, contract: ProcessContract | null): Finding[] {
  return model.elements.flatMap((element) => [
    ...checkType(element),
    ...checkWords(element),
    ...checkTask(element, contract),
    ...checkEvent(element),
  ]);
}

function checkType(element: ModdleElement): Finding[] {
  if (element.$type === "bpmn:ScriptTask") return [finding("script", element.id, "scriptTask")];
  return supported.has(element.$type) ? [] : [finding("unsupported-element", element.id, element.$type)];
}

function checkWords(element: ModdleElement): Finding[] {
  if (element.$type === "bpmn:SequenceFlow") return [];
  const found: Finding[] = [];
  if (!chinese.test(element.name ?? "")) found.push(finding("no-name", element.id));
  if (tasks.has(element.$type) && documentationOf(element) === "")
    found.push(finding("no-documentation", element.id));
  return found;
}

function checkTask(element: ModdleElement, contract: ProcessContract | null): Finding[] {
  switch (element.$type) {
    case "bpmn:UserTask":
      return [
        ...checkOutcomes(element),
        ...checkHolder(element, contract),
        ...checkDeadline(element),
        ...checkLoop(element, contract),
      ];
    case "bpmn:BusinessRuleTask":
      return [...checkOutcomes(element), ...checkRule(element), ...refuseLoop(element)];
    case "bpmn:ServiceTask":
      return [...checkService(element), ...refuseLoop(element)];
    default:
      return [];
  }
}

function outcomesOf(element: ModdleElement): string[] {
  return (attribute(element, "outcomes") ?? "").split(",").flatMap((name) => name.trim() || []);
}

function checkOutcomes(element: ModdleElement): Finding[] {
  const outcomes = outcomesOf(element);
  if (outcomes.length === 0) return [finding("no-outcomes", element.id)];
  if (outcomes.length > outcomesMax) return [finding("too-many-outcomes", element.id, String(outcomesMax))];
  const wrong = outcomes.filter((name, index) => !outcomeName.test(name) || outcomes.indexOf(name) !== index);
  return wrong.map((name) => finding("bad-outcome", element.id, name));
}

function checkHolder(element: ModdleElement, contract: ProcessContract | null): Finding[] {
  const rule = attribute(element, "candidates") ?? "";
  if (!isCandidateRule(rule)) return [finding("unknown-candidate", element.id, rule)];
  const found = checkModule(element, rule);
  if (rule === "applicant" && outcomesOf(element).some((name) => reviewOutcomes.includes(name))) {
    found.push(finding("self-review", element.id));
  }
  if (rule !== "routeStep" && contract !== null && !contract.parties.includes(rule)) {
    found.push(finding("missing-party", element.id, rule));
  }
  return found;
}

function checkModule(element: ModdleElement, rule: string): Finding[] {
  const module = attribute(element, "module");
  // Applicants and operators hold a task as persons, by role; an organization's administrators need the module.
  if (module === null)
    return rule === "applicant" || rule === "operator" ? [] : [finding("no-module", element.id)];
  return moduleNames.some((name) => name === module) ? [] : [finding("unknown-module", element.id, module)];
}

function checkDeadline(element: ModdleElement): Finding[] {
  const days: unknown = element["dueWorkingDays"];
  // An applicant who corrects his own application has no deadline but the year's end (PST-04).
  if (days === undefined && attribute(element, "candidates") === "applicant") return [];
  const fits = typeof days === "number" && Number.isInteger(days) && days >= 1 && days <= 60;
  return fits ? [] : [finding("bad-deadline", element.id)];
}

function checkLoop(element: ModdleElement, contract: ProcessContract | null): Finding[] {
  const loop = child(element, "loopCharacteristics");
  const alongRoute = attribute(element, "candidates") === "routeStep";
  const wrong = (detail: string) => [finding("bad-loop", element.id, detail)];
  if (alongRoute !== (loop !== undefined)) return wrong("routeStep ⇔ multiInstance");
  if (loop === undefined) return [];
  if (contract?.route === false) return wrong("route");
  if (loop.$type !== "bpmn:MultiInstanceLoopCharacteristics" || loop["isSequential"] !== true)
    return wrong("isSequential");
  if (!goesAlongRoute(loop)) return wrong("collection");
  if (child(loop, "loopCardinality") !== undefined) return wrong("loopCardinality");
  const until = body(child(loop, "completionCondition"));
  return until === "${content.output.reject}" ? [] : wrong("completionCondition");
}

function goesAlongRoute(loop: ModdleElement): boolean {
  const collection = attribute(loop, "collection");
  return Object.values(routeCollections).some((known) => known === collection);
}

function refuseLoop(element: ModdleElement): Finding[] {
  return child(element, "loopCharacteristics") === undefined
    ? []
    : [finding("bad-loop", element.id, element.$type)];
}

function checkRule(element: ModdleElement): Finding[] {
  const name = attribute(element, "rule") ?? "";
  const rule = ruleEntry(name);
  if (rule === null) return [finding("unknown-rule", element.id, name)];
  const declared = outcomesOf(element).toSorted().join(",");
  const known = rule.outcomes.toSorted().join(",");
  return declared === known ? [] : [finding("rule-outcomes", element.id, rule.outcomes.join(","))];
}

function checkService(element: ModdleElement): Finding[] {
  const implementation = attribute(element, "implementation") ?? "";
  const name = serviceName(implementation);
  if (name === null || serviceEntry(name) === null)
    return [finding("unknown-service", element.id, name ?? implementation)];
  return [];
}

function checkEvent(element: ModdleElement): Finding[] {
  switch (element.$type) {
    case "bpmn:BoundaryEvent":
      return checkBoundary(element);
    case "bpmn:IntermediateCatchEvent":
      return checkTriggers(element);
    case "bpmn:StartEvent":
    case "bpmn:EndEvent":
      return asElements(element["eventDefinitions"]).map(({ $type }) =>
        finding("unsupported-element", element.id, $type),
      );
    default:
      return [];
  }
}

function checkBoundary(element: ModdleElement): Finding[] {
  const found = checkTriggers(element);
  if (outgoing(element).length === 0) found.push(finding("no-exit", element.id));
  // Somebody is told of every interruption; and bpmn-elements keeps a message for boundary events further on.
  if (outgoing(element).some((way) => child(way, "targetRef")?.$type !== "bpmn:ServiceTask")) {
    found.push(finding("bad-boundary", element.id, "targetRef"));
  }
  if (element["cancelActivity"] === false) found.push(finding("bad-boundary", element.id, "cancelActivity"));
  if (child(element, "attachedToRef")?.$type !== "bpmn:UserTask")
    found.push(finding("bad-boundary", element.id, "attachedToRef"));
  return found;
}

function checkTriggers(element: ModdleElement): Finding[] {
  const triggers = asElements(element["eventDefinitions"]);
  if (triggers.length !== 1) return [finding("bad-boundary", element.id, "eventDefinitions")];
  return triggers.flatMap((trigger) => {
    if (trigger.$type === "bpmn:MessageEventDefinition") return checkMessage(element, trigger);
    if (trigger.$type === "bpmn:TimerEventDefinition") return checkTimer(element, trigger);
    return [finding("unsupported-element", element.id, trigger.$type)];
  });
}

function checkMessage(element: ModdleElement, trigger: ModdleElement): Finding[] {
  const name = child(trigger, "messageRef")?.name ?? "";
  return Object.hasOwn(messages, name) ? [] : [finding("unknown-message", element.id, name)];
}

function checkTimer(element: ModdleElement, trigger: ModdleElement): Finding[] {
  const spec = body(child(trigger, "timeDuration"));
  const other = child(trigger, "timeCycle") !== undefined || child(trigger, "timeDate") !== undefined;
  const ms = durationMs(spec);
  const fits = ms !== null && ms >= 60_000 && ms <= timerDaysMax * 86_400_000;
  return fits && !other ? [] : [finding("bad-timer", element.id, spec === "" ? "timeCycle/timeDate" : spec)];
}
