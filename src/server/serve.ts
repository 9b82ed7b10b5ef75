import type { Env } from "./env.ts";
import { type RunningServer, startServer } from "./start-server.ts";

interface Output {
  write(text: string): unknown;
}

/**
 * Runs the server until a signal: prints where it is and, for a demonstration, who may sign in. Returns the exit
 * code: 0 after a clean stop, 1 when it could not start, with the reason on stderr.
 */
export async function serve(
  readEnv: () => Env,
  { stdout, stderr }: { stdout: Output; stderr: Output },
): Promise<number> {
  let server: RunningServer;
  try {
    server = await startServer(readEnv());
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  stdout.write(welcome(server));
  await untilSignal();
  stdout.write("正在停止… Stopping…\n");
  await server.close();
  return 0;
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    // A second Ctrl-C while stopping changes nothing: the stop is bounded in time.
    process.on("SIGINT", () => resolve());
    process.on("SIGTERM", () => resolve());
  });
}

function welcome(server: RunningServer): string {
  const lines = ["", `学时 Xueshi  ${server.url}`, `接口文档 API  ${server.url}/api/docs`, ""];
  if (server.accounts.length > 0) {
    lines.push("演示账号（仅限本机登录） Demonstration accounts, this machine only:");
    for (const account of server.accounts) {
      lines.push(`  ${account.roleName}\t${account.idNumber}  ${account.password}  ${account.name}`);
    }
  }
  const { operator } = server.firstStart;
  if (operator !== null) {
    lines.push(
      "首次启动，已建立运维账号（密码仅显示一次，须立即修改） First start: operator, password shown once:",
      `  ${operator.idNumber}  ${operator.password}`,
    );
  }
  lines.push("", "按 Ctrl-C 停止 Press Ctrl-C to stop", "");
  return lines.join("\n");
}
