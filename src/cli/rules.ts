import { once } from "node:events";
import { annualRequirement } from "../rules/annual-requirement.ts";
import { determineYear } from "../rules/determine-year.ts";
import { witnessed } from "../rules/engine-witness.ts";
import { evaluateHours } from "../rules/evaluate-hours.ts";
import { loadPacks, type RulePacks } from "../rules/load-packs.ts";
import { packJsonSchema } from "../rules/pack-json-schema.ts";
import { RuleError, type RuleProblem } from "../rules/rule-error.ts";
import { readLines } from "./read-lines.ts";
import { checkCommand } from "./rules-check.ts";
import { publishCommand, versionsCommand } from "./rules-publish.ts";
import { parseRequest, type RequestKind } from "./rules-requests.ts";

/** What a command reads and writes; the process's own streams, or a test's. */
export interface RulesIo {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

const usage = `用法：
  xueshi rules check [规则包文件或目录…]        校验规则包并运行其算例
  xueshi rules publish <规则包文件> [--note 说明] [--uri 数据库]   校验并发布为当前版本
  xueshi rules versions [--uri 数据库]          列出已发布的版本（* 为当前版本）
  xueshi rules schema                           输出规则包的 JSON Schema
  xueshi rules hours --jsonl                    逐行计算学时
  xueshi rules requirement --jsonl              逐行查询年度学时要求
  xueshi rules determine --jsonl                逐行认定年度结果
选项：--packs <目录> 使用该目录的规则包（不加时用随平台发布的）
每行一个 JSON 请求，按序每行输出一个 JSON 答复；答不了的行输出 {"error":{"code","message","facts"}}，其余照常。
退出码：0 完成 · 1 规则包未通过校验或无法读取 · 2 用法错误，或有的行无法答复
发布、历史版本和回滚在平台的“政策”页面进行。
`;

const answers: Readonly<Record<RequestKind, (packs: RulePacks, request: never) => unknown>> = {
  hours: (packs, request) => evaluateHours(packs, request),
  requirement: (packs, request) => annualRequirement(packs, request),
  determine: (packs, request) => determineYear(packs, request),
};

const commands: Readonly<Record<string, (args: readonly string[], io: RulesIo) => Promise<number> | number>> =
  {
    check: checkCommand,
    publish: publishCommand,
    versions: versionsCommand,
    schema: (_args, io) => printSchema(io),
  };

/**
 * `xueshi rules …`. Exit code: 0; 1 for a refused pack; 2 for a wrong call or when a JSON line could not be answered.
 */
export async function rulesCommand(args: string[], io: RulesIo): Promise<number> {
  const [name, ...rest] = args;
  if (args.includes("--help")) {
    io.stdout.write(usage);
    return 0;
  }
  try {
    const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command !== undefined) return await command(rest, io);
    if (isKind(name) && rest.includes("--jsonl")) return await answerLines(name, packsOf(rest), io);
  } catch (error) {
    if (!(error instanceof RuleError) && !isFileError(error)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 1;
  }
  io.stderr.write(usage);
  return 2;
}

function printSchema(io: RulesIo): number {
  io.stdout.write(`${JSON.stringify(packJsonSchema(), null, 2)}\n`);
  return 0;
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}

function isKind(name: string | undefined): name is RequestKind {
  return name !== undefined && Object.hasOwn(answers, name);
}

function packsOf(args: readonly string[]): RulePacks {
  const index = args.indexOf("--packs");
  const folder = index < 0 ? undefined : args[index + 1];
  return folder === undefined ? loadPacks() : loadPacks(folder);
}

async function answerLines(kind: RequestKind, packs: RulePacks, io: RulesIo): Promise<number> {
  let exitCode = 0;
  const output = new Output(io.stdout);
  for await (const line of readLines(io.stdin)) {
    if (line?.trim() === "") continue;
    const answer = await answerLine(kind, packs, line);
    if ("error" in answer) exitCode = 2;
    await output.write(`${JSON.stringify(answer)}\n`);
    if (output.isClosed) break;
  }
  return exitCode;
}

/** Waits for a slow reader, and notes one that has gone (`| head`): that is no fault. */
class Output {
  readonly #stream: NodeJS.WritableStream;
  isClosed = false;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      this.isClosed = true;
      if (error.code !== "EPIPE") throw error;
    });
  }

  async write(text: string): Promise<void> {
    if (this.isClosed || this.#stream.write(text)) return;
    await once(this.#stream, "drain").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

/** Each answer is given only when json-rules-engine decided alike (docs/decisions/0009). */
async function answerLine(kind: RequestKind, packs: RulePacks, line: string | null): Promise<object> {
  try {
    const request = parseRequest(kind, line) as never;
    return Object(await witnessed(() => answers[kind](packs, request)));
  } catch (error) {
    if (error instanceof RuleError) return { error: problemOf(error) };
    // A defect must not stop the lines that follow; the line is reported and the exit code says so.
    const message = error instanceof Error ? error.message : String(error);
    return { error: { code: "internal", message: "内部错误", messageEn: message, facts: [] } };
  }
}

function problemOf(error: RuleError): RuleProblem {
  return { code: error.code, message: error.message, messageEn: error.messageEn, facts: error.facts };
}
