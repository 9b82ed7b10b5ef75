import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { exportDatabase } from "../embedded-db/operations/export.ts";
import { backup, restore } from "../embedded-db/operations/files.ts";
import { verify } from "../embedded-db/operations/verify.ts";
import { readEnv } from "../server/env.ts";
import { askedForHelp, type CommandIo } from "./io.ts";

const help = `xueshi db backup <folder>    备份内置数据库（可在服务运行时） copy the embedded database, also while it serves
xueshi db restore <folder>   从备份恢复（须先停止服务） put a backup in place; the server must be stopped
xueshi db verify             核对索引与文档 compare indexes with documents
xueshi db export <folder>    导出为 BSON，供 mongorestore 使用 one BSON file a collection, for mongorestore

The database is the one in DATA_DIR (default ./data).
Exit codes: 0 done, 1 a problem was found or the command failed, 2 wrong call.
`;

type WithFolder = (dataDir: string, folder: string, io: CommandIo) => Promise<number>;

const withFolder: Record<string, WithFolder> = { backup: backUp, restore: putBack, export: exportAll };

/** Operations on the embedded database's files: backup, restore, verify, export. */
export async function dbCommand(args: string[], io: CommandIo): Promise<number> {
  if (askedForHelp(args, io, help)) return 0;
  try {
    return await perform(args, io);
  } catch (error) {
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function perform([action = "", folder, ...rest]: string[], io: CommandIo): Promise<number> {
  const dataDir = join(readEnv().DATA_DIR, "database");
  if (action === "verify" && folder === undefined) return verifyAll(dataDir, io);
  const run = Object.hasOwn(withFolder, action) ? withFolder[action] : undefined;
  if (run === undefined || folder === undefined || rest.length > 0) return wrongCall(io);
  return run(dataDir, folder, io);
}

function wrongCall(io: CommandIo): number {
  io.stderr.write(help);
  return 2;
}

async function backUp(dataDir: string, folder: string, io: CommandIo): Promise<number> {
  const bytes = await backup(dataDir, folder);
  io.stdout.write(`已备份 backed up ${(bytes / 1024 / 1024).toFixed(1)} MB → ${folder}\n`);
  return 0;
}

async function putBack(dataDir: string, folder: string, io: CommandIo): Promise<number> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await restore(folder, dataDir);
  io.stdout.write(`已恢复 restored from ${folder}\n`);
  return 0;
}

async function verifyAll(dataDir: string, io: CommandIo): Promise<number> {
  const results = await verify(dataDir);
  for (const { namespace, documents, indexEntries, problems } of results) {
    io.stdout.write(`${namespace}: ${documents} documents, ${indexEntries} index entries\n`);
    for (const problem of problems) io.stdout.write(`  ✗ ${problem}\n`);
  }
  return results.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

async function exportAll(dataDir: string, folder: string, io: CommandIo): Promise<number> {
  for (const [namespace, count] of await exportDatabase(dataDir, folder)) {
    io.stdout.write(`${namespace}: ${count}\n`);
  }
  return 0;
}
