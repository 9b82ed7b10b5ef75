import { RuleError } from "../rules/rule-error.ts";

export type RequestKind = "hours" | "requirement" | "determine";

type Member = "text" | "number" | "boolean" | "object" | "list" | "text-or-null";

interface Shape {
  readonly [member: string]: { readonly type: Member; readonly optional?: boolean };
}

const person: Shape = {
  year: { type: "number" },
  titleLevel: { type: "text" },
  region: { type: "text" },
  sector: { type: "text-or-null", optional: true },
};

const shapes: Readonly<Record<RequestKind, Shape>> = {
  hours: {
    form: { type: "text" },
    year: { type: "number" },
    facts: { type: "object" },
    accountant: { type: "boolean", optional: true },
    requirement: { type: "object", optional: true },
  },
  requirement: person,
  determine: {
    ...person,
    asOf: { type: "text" },
    credits: { type: "object" },
    adjustments: { type: "list", optional: true },
  },
};

const isOfType: Readonly<Record<Member, (value: unknown) => boolean>> = {
  text: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  object: isObject,
  list: (value) => Array.isArray(value) && value.every(isObject),
  "text-or-null": (value) => value === null || typeof value === "string",
};

/**
 * Reads one request line strictly: a misspelt member must not be ignored, or `"acountant": true` would silently give
 * the wrong subject. Facts themselves are checked by the rules.
 * @throws RuleError naming what is missing, unknown or mistyped.
 */
export function parseRequest(kind: RequestKind, line: string): Readonly<Record<string, unknown>> {
  const request = parseObject(line);
  const shape = shapes[kind];
  for (const [name, { type, optional }] of Object.entries(shape)) {
    const value = Object.hasOwn(request, name) ? request[name] : undefined;
    if (value === undefined) {
      if (optional !== true) throw wrong("fact.missing", name);
    } else if (!isOfType[type](value)) throw wrong("fact.type", name);
  }
  for (const name of Object.keys(request)) if (!Object.hasOwn(shape, name)) throw wrong("fact.unknown", name);
  return request;
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new RuleError({
      code: "request.invalid",
      message: "该行不是有效的 JSON",
      messageEn: "The line is not valid JSON",
      facts: [],
    });
  }
  if (isObject(value)) return value;
  throw new RuleError({
    code: "request.invalid",
    message: "该行不是 JSON 对象",
    messageEn: "The line is not a JSON object",
    facts: [],
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const words: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  "fact.missing": ["缺少", "Missing"],
  "fact.unknown": ["未知的", "Unknown"],
  "fact.type": ["类型不符：", "Wrong type of"],
};

function wrong(code: string, name: string): RuleError {
  const shown = name.slice(0, 60);
  const [zh, en] = words[code] ?? ["", ""];
  return new RuleError({ code, message: `${zh}“${shown}”`, messageEn: `${en} ${shown}`, facts: [shown] });
}
