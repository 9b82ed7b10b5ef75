import { AppError } from "../../../shared/app-error.ts";
import { ThreadBusy } from "../../../shared/thread-task.ts";
import { type Assessment, assessDefinition } from "../../../workflows/check/assess.ts";
import { finding } from "../../../workflows/check/findings.ts";
import { executableProcess } from "../../../workflows/runtime/definition.ts";
import { parseBpmn } from "../../../workflows/runtime/moddle.ts";

/**
 * Everything that publishing asks for: the check of the definition itself, and that it is the process that it is filed
 * as. Whatever is wrong is a finding; `server.busy` (503) when too many checks wait.
 */
export async function assess(key: string, xml: string): Promise<Assessment> {
  const assessment = await assessed(xml);
  if (assessment.findings.some(({ severity }) => severity === "error")) return assessment;
  const process = executableProcess(await parseBpmn(xml));
  if (process.id === key) return assessment;
  const other = finding("other-process", process.id, process.id ?? "");
  return { findings: [other, ...assessment.findings], positions: [] };
}

async function assessed(xml: string): Promise<Assessment> {
  try {
    return await assessDefinition(xml);
  } catch (error) {
    if (error instanceof ThreadBusy) throw new AppError("server.busy");
    throw error;
  }
}

/** Throws `definition.check_failed` (409) with element and reason of each error. */
export async function requireSound(key: string, xml: string): Promise<Assessment> {
  const assessment = await assess(key, xml);
  const errors = assessment.findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return assessment;
  const problems = errors.slice(0, 50).map(({ elementId, zh }) => ({ path: elementId ?? "", message: zh }));
  throw new AppError("definition.check_failed", { count: errors.length, problems });
}
