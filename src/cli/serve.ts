import { readEnv } from "../server/env.ts";
import { serve } from "../server/serve.ts";
import { askedForHelp, type CommandIo } from "./io.ts";

const help = `xueshi serve

启动平台，直到 Ctrl-C。设置由环境变量给出（见 README 的 Configuration 表）。
Runs the platform until Ctrl-C. Settings come from the environment (README, Configuration).
Exit codes: 0 stopped cleanly, 1 could not start, 2 wrong call.
`;

export async function serveCommand(args: string[], io: CommandIo): Promise<number> {
  if (askedForHelp(args, io, help)) return 0;
  if (args.length > 0) {
    io.stderr.write(help);
    return 2;
  }
  return serve(readEnv, io);
}
