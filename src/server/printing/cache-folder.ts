import { lstat, mkdir } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { PrintingError } from "./printing-error.ts";

/** The numeric user of this process, or undefined where the system has none (Windows). */
export function currentUser(): number | undefined {
  return process.getuid?.();
}

/**
 * A folder that only this user can write, made when missing, for the unpacked browser and its fonts.
 * A folder that somebody else owns or may write is refused (`printing.cache_unsafe`): a planted
 * executable in it would run with our rights.
 */
export async function privateCacheFolder(wanted?: string): Promise<string> {
  const problems: unknown[] = [];
  for (const folder of wanted === undefined ? defaultFolders() : [wanted]) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o755 });
      await assertPrivate(folder);
      return folder;
    } catch (error) {
      problems.push(error);
    }
  }
  const first = problems[0];
  if (first instanceof PrintingError) throw first;
  throw new PrintingError(
    "printing.cache_unsafe",
    "无法建立打印缓存目录，请检查目录权限 (no writable cache folder for the browser)",
    first,
  );
}

/** Root keeps it in /var/cache: a browser that has dropped to "nobody" cannot walk through /root. */
function defaultFolders(): string[] {
  const user = currentUser();
  const home = user === 0 ? "/var/cache/xueshi" : join(homedir(), ".cache", "xueshi");
  return [home, join(tmpdir(), `xueshi-cache-${user ?? "user"}`)];
}

async function assertPrivate(folder: string): Promise<void> {
  const user = currentUser();
  if (user === undefined) return;
  const facts = await lstat(folder);
  const writableByOthers = (facts.mode & 0o022) !== 0;
  if (facts.isDirectory() && facts.uid === user && !writableByOthers) return;
  throw new PrintingError(
    "printing.cache_unsafe",
    `打印缓存目录 ${folder} 不属于当前用户或可被他人写入 (cache folder is not private)`,
  );
}
