import type { ParseResult } from "bpmn-moddle";
import { parseBpmn } from "../runtime/moddle.ts";
import { type Finding, finding } from "./findings.ts";
import { type CheckedModel, checkedModel } from "./model.ts";

/** A definition as far as it could be read: no model when the text holds none. */
export interface ReadModel {
  readonly model: CheckedModel | null;
  readonly findings: readonly Finding[];
}

/**
 * Reads a definition for checking. What the parser could not make sense of is a finding with its line; references to
 * elements that are not there are findings beside a model, so that the other checks still say what is wrong around them.
 */
export async function readModel(xml: string): Promise<ReadModel> {
  if (xml.trim() === "")
    return refused(finding("not-parseable", null, { zh: "文件是空的", en: "the file is empty" }));
  try {
    const parsed = await parseBpmn(xml);
    const unread = parsed.warnings.filter(({ element }) => element === undefined);
    if (unread.length > 0) return { model: null, findings: unread.map(({ message }) => unreadable(message)) };
    return modelOf(parsed);
  } catch (error) {
    return refused(unreadable(error instanceof Error ? error.message : String(error)));
  }
}

function modelOf(parsed: ParseResult): ReadModel {
  try {
    return { model: checkedModel(parsed), findings: unresolved(parsed) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const zh = "须有且只有一个可执行的流程（isExecutable=“true”）";
    return refused(finding("not-parseable", null, { zh, en: error.message }));
  }
}

function refused(found: Finding): ReadModel {
  return { model: null, findings: [found] };
}

function unresolved({ warnings }: ParseResult): Finding[] {
  return warnings.map(({ message, element }) =>
    finding("not-parseable", element?.id, missingReference(message)),
  );
}

function missingReference(message: string): string | { zh: string; en: string } {
  const id = /^unresolved reference <(.*)>$/.exec(message)?.[1];
  return id === undefined
    ? message
    : { zh: `引用的“${id}”不存在`, en: `it refers to ${id}, which is not there` };
}

/** The parser says where and why on lines of their own; its line numbers count from nought. */
function unreadable(message: string): Finding {
  const [first = ""] = message.split("\n");
  const line = /^\tline: (\d+)$/m.exec(message)?.[1];
  const reason = /^\tnested error: (.*)$/m.exec(message)?.[1];
  const id = /^(?:illegal|duplicate) ID <(.*)>$/.exec(reason ?? "")?.[1];
  if (first.startsWith("failed to parse document"))
    return finding("not-parseable", null, { zh: "最外层元素不是BPMN的definitions", en: first });
  if (line === undefined || reason === undefined) return finding("not-parseable", null, first);
  const place = Number(line) + 1;
  return finding("not-parseable", id, {
    zh: `第${place}行：${first}（${reason}）`,
    en: `line ${place}: ${first} (${reason})`,
  });
}
