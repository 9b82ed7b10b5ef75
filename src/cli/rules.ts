import { once } from "node:events";
import { annualRequirement } from "../rules/annual-requirement.ts";
import { determineYear } from "../rules/determine-year.ts";
import { witnessed } from "../rules/engine-witness.ts";
import { evaluateHours } from "../rules/evaluate-hours.ts";
import { loadPacks, type RulePacks } from "../rules/load-packs.ts";
import { packJsonSchema } from "../rules/pack-json-schema.ts";
import { RuleError, type RuleProblem } from "../rules/rule-error.ts";
import { askedForHelp, readArguments } from "./io.ts";
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

const usage = `用法 Usage:
  xueshi rules check [file or folder…]          校验规则包并运行其算例 check packs and run their cases
  xueshi rules publish <file> [--note <text>] [--uri <mongodb://…>]
                                                校验并发布为当前版本 check, then put in force
  xueshi rules versions [--uri <mongodb://…>]   列出已发布的版本（* 为当前版本） published versions, * in force
  xueshi rules schema                           输出规则包的 JSON Schema the JSON Schema of packs
  xueshi rules hours --jsonl                    逐行计算学时 hours of an activity
  xueshi rules requirement --jsonl              逐行查询年度学时要求 requirement of a year
  xueshi rules determine --jsonl                逐行认定年度结果 result of a year
选项 Options: --packs <folder>  使用该目录的规则包（不加时用随平台发布的） packs of that folder instead of the shipped ones
--jsonl: 每行一个 JSON 请求，按序每行输出一个 JSON 答复；答不了的行输出 {"error":{"code","message","facts"}}，其余照常；空行略过。
         One JSON request a line on stdin, one JSON answer a line, in order; a line that cannot be answered gives an error;
         empty lines are skipped.
publish, versions: --uri, otherwise MONGODB_URI, otherwise the embedded database in DATA_DIR (stop the server first).
退出码 Exit codes: 0 完成 done · 1 规则包未通过校验，或无法读取、无法发布 a pack is refused, or cannot be read or published
  · 2 用法错误，或有的行无法答复 wrong call, or a line that could not be answered
`;

const answers: Readonly<Record<RequestKind, (packs: RulePacks, request: never) => unknown>> = {
  hours: (packs, request) => evaluateHours(packs, request),
  requirement: (packs, request) => annualRequirement(packs, request),
  determine: (packs, request) => determineYear(packs, request),
};

/** Resolves with an exit code; null when the arguments do not fit the command. */
type RulesAction = (args: readonly string[], io: RulesIo) => Promise<number | null>;

const commands: Readonly<Record<string, RulesAction>> = {
  check: checkCommand,
  publish: publishCommand,
  versions: versionsCommand,
  schema: printSchema,
  hours: (args, io) => answerCommand("hours", args, io),
  requirement: (args, io) => answerCommand("requirement", args, io),
  determine: (args, io) => answerCommand("determine", args, io),
};

/**
 * `xueshi rules …`. Exit code: 0; 1 for a refused pack; 2 for a wrong call or when a JSON line could not be answered.
 */
export async function rulesCommand(args: string[], io: RulesIo): Promise<number> {
  const [name, ...rest] = args;
  if (askedForHelp(args, io, usage)) return 0;
  try {
    const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
    const code = (await command?.(rest, io)) ?? null;
    if (code !== null) return code;
  } catch (error) {
    io.stderr.write(`${reasonOf(error)}\n`);
    return 1;
  }
  io.stderr.write(usage);
  return 2;
}

async function printSchema(args: readonly string[], io: RulesIo): Promise<number | null> {
  if (args.length > 0) return null;
  io.stdout.write(`${JSON.stringify(packJsonSchema(), null, 2)}\n`);
  return 0;
}

/** Why nothing was done, for whoever called; a defect is thrown on. */
function reasonOf(error: unknown): string {
  if (error instanceof RuleError) return error.message;
  if (error instanceof Error && "syscall" in error) return `文件无法读写：${error.message}`;
  throw error;
}

async function answerCommand(
  kind: RequestKind,
  args: readonly string[],
  io: RulesIo,
): Promise<number | null> {
  const given = readArguments(args, { jsonl: "flag", packs: "text" }, { words: 0 });
  if (given?.values.jsonl !== true) return null;
  const { packs } = given.values;
  return answerLines(kind, packs === undefined ? loadPacks() : loadPacks(packs), io);
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
