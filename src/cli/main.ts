import { auditCommand } from "./audit.ts";
import { bpmnCommand } from "./bpmn.ts";
import { dbCommand } from "./db.ts";
import { demoCommand } from "./demo.ts";
import type { CommandIo, CommandLine } from "./io.ts";
import { ledgerCommand } from "./ledger.ts";
import { rulesCommand } from "./rules.ts";
import { serveCommand } from "./serve.ts";

/** Every `xueshi` command. Exit codes: 0 done, 1 a check failed or nothing could start, 2 wrong call or bad input. */
const commands: Record<string, { summary: string; run: CommandLine }> = {
  serve: { summary: "启动平台 run the server (settings: README, Configuration)", run: serveCommand },
  demo: { summary: "演示全流程 play the whole journey on a throw-away server", run: demoCommand },
  audit: { summary: "审计链核验 audit verify", run: auditCommand },
  ledger: { summary: "学时台账核对 ledger rebuild [--check]", run: ledgerCommand },
  db: { summary: "内置数据库 db backup | restore | verify | export", run: dbCommand },
  rules: {
    summary: "政策规则 rules check | publish | versions | hours | requirement | determine",
    run: rulesCommand,
  },
  bpmn: { summary: "流程定义 bpmn check | simulate | positions", run: bpmnCommand },
};

function help(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(8)}${summary}`);
  return [
    "xueshi <command> [arguments]",
    "",
    ...lines,
    "",
    "xueshi <command> --help explains a command.",
    "Exit codes: 0 done · 1 a check failed, or nothing could start · 2 wrong call or bad input.",
    "",
  ].join("\n");
}

const terminal: CommandIo = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr };

/** Runs one command; returns its exit code. What stops it (no database, a wrong setting) is said in one line. */
export async function main(args: readonly string[], io: CommandIo = terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    io.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    io.stderr.write(`unknown command: ${name}\n\n${help()}`);
    return 2;
  }
  return command.run(rest, io).catch((error: unknown) => {
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
}
