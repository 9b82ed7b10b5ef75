import type { ParseResult } from "bpmn-moddle";
import { parseBpmn } from "../runtime/moddle.ts";
import { type Finding, finding } from "./findings.ts";
import { chineseOf } from "./parser-words.ts";
import { type CheckedModel, checkedModel } from "./model.ts";
import { tagsOf } from "./xml-tags.ts";

/** A definition as far as it could be read: no model when the text holds none. */
export interface ReadModel {
  readonly model: CheckedModel | null;
  readonly findings: readonly Finding[];
}

/**
 * Reads a definition for checking. What the parser could not make sense of is a finding with its line and the element
 * around it; references to elements that are not there are findings beside a model, so that the other checks still say
 * what is wrong around them.
 */
export async function readModel(xml: string): Promise<ReadModel> {
  if (xml.trim() === "") return refused({ zh: "文件是空的", en: "the file is empty" });
  if (declaresType.test(xml))
    return refused({ zh: "不允许DOCTYPE和实体", en: "DOCTYPE and entities are not allowed" });
  try {
    const parsed = await parseBpmn(xml);
    const unread = parsed.warnings.filter(({ element }) => element === undefined);
    if (unread.length > 0)
      return { model: null, findings: unread.map(({ message }) => unreadable(message, xml)) };
    return modelOf(parsed);
  } catch (error) {
    return {
      model: null,
      findings: [unreadable(error instanceof Error ? error.message : String(error), xml)],
    };
  }
}

/** Before the first element, where alone XML has it. */
const declaresType = /^[^<]*(?:<[?][^<]*|<!--[^<]*)*<!DOCTYPE/i;

function modelOf(parsed: ParseResult): ReadModel {
  try {
    return { model: checkedModel(parsed), findings: unresolved(parsed) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return refused({ zh: "须有且只有一个可执行的流程（isExecutable=“true”）", en: error.message });
  }
}

function refused(detail: { zh: string; en: string }): ReadModel {
  return { model: null, findings: [finding("not-parseable", null, detail)] };
}

function unresolved({ warnings }: ParseResult): Finding[] {
  return warnings.map(({ message, element }) => {
    const id = /^unresolved reference <(.*)>$/.exec(message)?.[1];
    const en = id === undefined ? message : `it refers to ${id}, which is not there`;
    return finding("not-parseable", element?.id, { zh: chineseOf(message), en });
  });
}

/** What a message of the parser says where: its lines after the first; line and column numbers count from nought. */
const placed = /^([^]*?)\n\tline: (\d+)\n\tcolumn: (\d+)\n\tnested error: ([^]*)$/;

function unreadable(message: string, xml: string): Finding {
  if (message.startsWith("failed to parse document"))
    return finding("not-parseable", null, { zh: "最外层元素不是BPMN的definitions", en: message });
  const [, what = "", line = "", column = "", reason = ""] = placed.exec(message) ?? [];
  if (reason === "") return finding("not-parseable", null, { zh: chineseOf(message), en: message });
  const id = /^(?:illegal|duplicate) ID <(.*)>$/.exec(reason)?.[1];
  const place = Number(line) + 1;
  return finding("not-parseable", id ?? idAround(xml, { line: Number(line), column: Number(column) }), {
    zh: `第${place}行：${chineseOf(what)}（${chineseOf(reason)}）`,
    en: `line ${place}: ${what} (${reason})`,
  });
}

/** The id of the innermost element that has one and is open at a place of a text; null where there is none. */
function idAround(xml: string, { line, column }: { line: number; column: number }): string | null {
  const lines = xml.split("\n").slice(0, line + 1);
  const before = [...lines.slice(0, line), (lines[line] ?? "").slice(0, column)].join("\n");
  const open: (string | null)[] = [];
  for (const { kind, id } of tagsOf(before)) {
    if (kind === "closes") open.pop();
    if (kind === "opens") open.push(id);
  }
  return open.findLast((id) => id !== null) ?? null;
}
