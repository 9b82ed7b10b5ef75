import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { projectRoot } from "../shared/project-root.ts";
import { parseEnv } from "../server/env.ts";
import { type RunningServer, startServer } from "../server/start-server.ts";
import { Journey } from "./demo/journey.ts";
import { playJourney } from "./demo/play-journey.ts";
import { askedForHelp, type CommandIo, readArguments } from "./io.ts";

const help = `xueshi demo [--out <folder>]

在临时服务器和数据库上，只通过公开接口演示全流程，并核对每个结果（默认输出到 out/demo）。
Plays the whole journey on a throw-away server and database through the public REST API only, checks its own
outcomes and writes PDFs and workbooks (default folder: out/demo).
Exit codes: 0 all as expected, 1 a difference, 2 wrong call.
`;

export async function demoCommand(args: string[], io: CommandIo): Promise<number> {
  if (askedForHelp(args, io, help)) return 0;
  const given = readArguments(args, { out: "text" }, { words: 0 });
  if (given === null) {
    io.stderr.write(help);
    return 2;
  }
  const out = given.values.out ?? join(projectRoot(), "out/demo");
  const startedAt = performance.now();
  const dataDir = await mkdtemp(join(tmpdir(), "xs-demo-"));
  try {
    const server = await startThrowAway(dataDir);
    try {
      const journey = new Journey({ url: server.url, out, print: (text) => io.stdout.write(text) });
      await playJourney(journey, server);
      return report(journey, io, startedAt);
    } finally {
      await server.close();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Captchas are answered through a test-only setting that the server refuses in production. */
function startThrowAway(dataDir: string): Promise<RunningServer> {
  const env = parseEnv({
    NODE_ENV: "test",
    PORT: "0",
    DATA_DIR: dataDir,
    DEMONSTRATION: "false",
    TEST_CAPTCHA: "TEST",
    TEST_NO_RATE_LIMITS: "true",
    LOG_LEVEL: "error",
  });
  return startServer(env, { log: pino({ level: "error" }, pino.destination(2)) });
}

function report(journey: Journey, io: CommandIo, startedAt: number): number {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const { checks, differences } = journey;
  io.stdout.write(`\n核对 ${checks} 项，不符 ${differences.length} 项，用时 ${seconds} 秒\n`);
  io.stdout.write(`${checks} checks, ${differences.length} differences, ${seconds} s\n`);
  for (const difference of differences) io.stdout.write(`  ✗ ${difference}\n`);
  return differences.length === 0 ? 0 : 1;
}
