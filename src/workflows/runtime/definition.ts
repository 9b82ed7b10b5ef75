import { createHash } from "node:crypto";
import type { ModdleElement, ParseResult } from "bpmn-moddle";
import type { SerializableContext } from "moddle-context-serializer";
import { serializeContext } from "./engine-types.ts";
import { safePath } from "./expressions.ts";
import { parseBpmn } from "./moddle.ts";

/** A step where the outside world answers: a person (user) or a rule pack (rule), always from a finite set. */
export interface Step {
  readonly elementId: string;
  readonly name: string;
  readonly kind: "user" | "rule";
  readonly outcomes: readonly string[];
  /** Candidate rule of a user step (`assignment/candidates.ts`). */
  readonly candidates: string | null;
  /** Permission module that a holder needs; null when holding the step is enough (an applicant). */
  readonly module: string | null;
  readonly dueWorkingDays: number | null;
  /** Rule name of a business rule step, decided by the rule packs. */
  readonly rule: string | null;
  /** True when the step repeats once for each organization of the route. */
  readonly looped: boolean;
  readonly documentation: string;
}

/** A parsed process definition, ready to replay. Immutable; the hash names it for ever. */
export interface ProcessDefinition {
  readonly hash: string;
  readonly key: string;
  readonly name: string;
  readonly documentation: string;
  readonly xml: string;
  readonly context: SerializableContext;
  readonly steps: ReadonlyMap<string, Step>;
  /** Element id → service name of each service task. */
  readonly services: ReadonlyMap<string, string>;
  /** Element id → Chinese name of everything that has one. */
  readonly names: ReadonlyMap<string, string>;
  /** Ids of the end events. */
  readonly ends: readonly string[];
  readonly usesRoute: boolean;
  /** True when what was returned goes back to whoever returned it, not to the first of the route (AMB-38). */
  readonly resumes: boolean;
}

const cache = new Map<string, Promise<ProcessDefinition>>();
const cachedDefinitionsMax = 500;

/** SHA-256 of a definition's XML, hexadecimal: what an instance keeps of its definition. */
export function definitionHash(xml: string): string {
  return createHash("sha256").update(xml, "utf8").digest("hex");
}

/**
 * Parses a definition once per hash and process. Rejects with the parser's error on text that is not BPMN and with
 * `Error` when it holds no executable process; it does not judge the rest (`check/check-definition.ts` does).
 */
export function loadDefinition(xml: string): Promise<ProcessDefinition> {
  const hash = definitionHash(xml);
  const known = cache.get(hash);
  if (known !== undefined) return known;
  if (cache.size >= cachedDefinitionsMax) cache.clear();
  const loading = parse(xml, hash);
  cache.set(hash, loading);
  loading.catch(() => cache.delete(hash));
  return loading;
}

async function parse(xml: string, hash: string): Promise<ProcessDefinition> {
  const parsed = await parseBpmn(xml);
  const process = executableProcess(parsed);
  const elements = flowElements(process);
  return Object.freeze({
    hash,
    key: process.id ?? "",
    name: process.name ?? "",
    documentation: documentationOf(process),
    xml,
    context: serializeContext(parsed),
    steps: new Map(elements.flatMap((element) => stepOf(element))),
    services: new Map(elements.flatMap((element) => serviceOf(element))),
    names: new Map(elements.flatMap(({ id, name }) => (id !== undefined && name ? [[id, name]] : []))),
    ends: elements.flatMap(({ $type, id }) => ($type === "bpmn:EndEvent" && id !== undefined ? [id] : [])),
    usesRoute: elements.some((element) => loopsOf(element) !== null),
    resumes: elements.some((element) => loopsOf(element) === "remaining"),
  });
}

/** The one executable process of a definition; throws when there is none or more than one. */
export function executableProcess(parsed: ParseResult): ModdleElement {
  const roots = asElements(parsed.rootElement["rootElements"]);
  const processes = roots.filter((root) => root.$type === "bpmn:Process" && root["isExecutable"] === true);
  const [process] = processes;
  if (process === undefined || processes.length > 1)
    throw new Error("a definition has exactly one executable process");
  return process;
}

/** The flow elements of a process or subprocess, in the order of the file. */
export function flowElements(container: ModdleElement): ModdleElement[] {
  return asElements(container["flowElements"]);
}

/** Moddle leaves absent lists undefined. */
export function asElements(value: unknown): ModdleElement[] {
  return Array.isArray(value) ? (value as ModdleElement[]) : [];
}

/** The text of an element's `documentation`, empty when it has none. */
export function documentationOf(element: ModdleElement): string {
  return asElements(element["documentation"])
    .map((entry) => text(entry["text"]) ?? "")
    .join("\n");
}

function stepOf(element: ModdleElement): [string, Step][] {
  const kind =
    element.$type === "bpmn:UserTask" ? "user" : element.$type === "bpmn:BusinessRuleTask" ? "rule" : null;
  if (kind === null || element.id === undefined) return [];
  const step: Step = {
    elementId: element.id,
    name: element.name ?? element.id,
    kind,
    outcomes: (text(element["outcomes"]) ?? "").split(",").flatMap((name) => name.trim() || []),
    candidates: text(element["candidates"]),
    module: text(element["module"]),
    dueWorkingDays: typeof element["dueWorkingDays"] === "number" ? element["dueWorkingDays"] : null,
    rule: text(element["rule"]),
    looped: element["loopCharacteristics"] !== undefined,
    documentation: documentationOf(element),
  };
  return [[element.id, step]];
}

function serviceOf(element: ModdleElement): [string, string][] {
  if (element.$type !== "bpmn:ServiceTask" || element.id === undefined) return [];
  const name = serviceName(text(element["implementation"]) ?? "");
  return name === null ? [] : [[element.id, name]];
}

/** `creditHours` of `${environment.services.creditHours}`, or null when the text is anything else. */
export function serviceName(implementation: string): string | null {
  const path = safePath(implementation);
  return path?.length === 3 && path[0] === "environment" && path[1] === "services" ? (path[2] ?? null) : null;
}

/** What a task may repeat along: the whole route each time, or from whoever returned it last. */
export const routeCollections = {
  route: "${environment.variables.route}",
  remaining: "${environment.variables.remaining}",
};

function loopsOf(element: ModdleElement): keyof typeof routeCollections | null {
  const loop = element["loopCharacteristics"] as ModdleElement | undefined;
  const collection = text(loop?.["collection"]);
  if (collection === routeCollections.route) return "route";
  return collection === routeCollections.remaining ? "remaining" : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}
