import type { Writable } from "node:stream";

/** Where a command reads and writes: given, so that tests see what a terminal would. */
export interface CommandIo {
  stdin: NodeJS.ReadableStream;
  stdout: Writable;
  stderr: Writable;
}

/** One `xueshi` command: arguments in, exit code out. */
export type CommandLine = (args: string[], io: CommandIo) => Promise<number>;

/** True when help was asked for; prints it. */
export function askedForHelp(args: readonly string[], io: CommandIo, help: string): boolean {
  if (!args.includes("--help") && !args.includes("-h")) return false;
  io.stdout.write(help);
  return true;
}
