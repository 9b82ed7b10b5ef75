import { parseArgs } from "node:util";

/** Where a command reads and writes: given, so that tests see what a terminal would. */
export interface CommandIo {
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
}

/** One `xueshi` command: arguments in, exit code out. */
export type CommandLine = (args: string[], io: CommandIo) => Promise<number>;

/** True when help was asked for; prints it. */
export function askedForHelp(args: readonly string[], io: Pick<CommandIo, "stdout">, help: string): boolean {
  if (args[0] !== "help" && !args.includes("--help") && !args.includes("-h")) return false;
  io.stdout.write(help);
  return true;
}

/**
 * Writes one line. What a file or an argument says is shown, not obeyed: a control character in it could clear a
 * terminal, and a line's end could add a line that we never wrote.
 */
export function writeLine(stream: NodeJS.WritableStream, line: string): void {
  const shown = line.replaceAll(/\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${code}`;
  });
  stream.write(`${shown}\n`);
}

type Options = Readonly<Record<string, "text" | "flag">>;
type ValuesOf<Known extends Options> = {
  [Name in keyof Known]?: Known[Name] extends "flag" ? boolean : string;
};

/**
 * Arguments by the options that a command knows. Null when they do not fit (an unknown option, one without its value,
 * too many words): a misspelt `--uri` must not send a command to another database.
 */
export function readArguments<const Known extends Options>(
  args: readonly string[],
  known: Known,
  most: { words: number },
): { values: ValuesOf<Known>; words: string[] } | null {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, kind]) => [
      name,
      { type: kind === "flag" ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length > most.words) return null;
    return { values: values as ValuesOf<Known>, words: positionals };
  } catch {
    return null;
  }
}
