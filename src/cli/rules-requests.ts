import { longestLine } from "./read-lines.ts";
import { RuleError } from "../rules/rule-error.ts";

export type RequestKind = "hours" | "requirement" | "determine";

/** What a member is called in Chinese; members of the person and his year are those of the packs. */
const titles: Readonly<Record<string, string>> = {
  form: "学习形式",
  year: "年度",
  facts: "填报事实",
  accountant: "是否会计人员",
  requirement: "年度学时要求",
  titleLevel: "职称层级",
  region: "所属区域",
  sector: "行业",
  asOf: "认定日期",
  credits: "已取得学时",
  adjustments: "折算期间",
};

/** What objects may hold; their values are checked by the rules. */
const partsOf: Readonly<Record<string, readonly string[]>> = {
  requirement: ["public", "professional", "total"],
  credits: ["public", "professional"],
  adjustments: ["kind", "from", "to"],
};

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
 * A line that was too long to read is null.
 * @throws RuleError naming what is missing, unknown or mistyped, in Chinese and English.
 */
export function parseRequest(kind: RequestKind, line: string | null): Readonly<Record<string, unknown>> {
  if (line === null) throw invalid(`该行超过 ${longestLine} 个字符`, "The line is too long");
  const request = parseObject(line);
  const shape = shapes[kind];
  for (const [name, { type, optional }] of Object.entries(shape)) {
    const value = Object.hasOwn(request, name) ? request[name] : undefined;
    if (value === undefined) {
      if (optional !== true) throw wrong("fact.missing", name);
    } else if (!isOfType[type](value)) throw wrong("fact.type", name);
  }
  for (const name of Object.keys(request)) if (!Object.hasOwn(shape, name)) throw wrong("fact.unknown", name);
  for (const [name, known] of Object.entries(partsOf)) checkParts(name, request[name], known);
  return request;
}

function checkParts(name: string, value: unknown, known: readonly string[]): void {
  for (const part of Array.isArray(value) ? value : [value ?? {}])
    for (const key of Object.keys(part))
      if (!known.includes(key)) throw wrong("fact.unknown", `${name}.${key}`);
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw invalid("该行不是有效的 JSON", "The line is not valid JSON");
  }
  if (isObject(value)) return value;
  throw invalid("该行不是 JSON 对象", "The line is not a JSON object");
}

function invalid(message: string, messageEn: string): RuleError {
  return new RuleError({ code: "request.invalid", message, messageEn, facts: [] });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const words: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  "fact.missing": ["缺少", "Missing fact:"],
  "fact.unknown": ["未知的", "Unknown fact:"],
  "fact.type": ["类型不符：", "Wrong type of fact:"],
};

function wrong(code: string, name: string): RuleError {
  const shown = name.slice(0, 60);
  const [zh, en] = words[code] ?? ["", ""];
  const title = Object.hasOwn(titles, name) ? titles[name] : undefined;
  const named = title === undefined ? `“${shown}”` : `“${title}”（${shown}）`;
  return new RuleError({ code, message: `${zh}${named}`, messageEn: `${en} ${shown}`, facts: [shown] });
}
