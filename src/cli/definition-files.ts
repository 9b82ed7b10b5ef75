import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { definitionCharactersMax } from "../workflows/check/check-definition.ts";
import { type Finding, finding } from "../workflows/check/findings.ts";

/** No character of UTF-8 takes more bytes than this. */
const bytesPerCharacterMax = 4;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The definitions that a path on the command line means: itself, or of a folder its `.bpmn` files by name. */
export async function definitionFiles(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    // What is not there is said when it is read.
    () => false,
  );
  if (!isFolder) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith(".bpmn"));
  return names.toSorted().map((name) => join(path, name));
}

/**
 * The text of a definition's file; a finding when it is far too long to be read, or not in UTF-8. Rejects when there is
 * no such file.
 */
export async function readDefinition(file: string): Promise<string | Finding> {
  const bytesMax = definitionCharactersMax * bytesPerCharacterMax;
  const { size } = await stat(file);
  if (size > bytesMax) return finding("too-large", null, `${size} > ${bytesMax}`);
  // A device or a pipe has no size and may have no end: one byte more than is wanted tells.
  const bytes = await buffer(createReadStream(file, { end: bytesMax }));
  if (bytes.length > bytesMax) return finding("too-large", null, `> ${bytesMax}`);
  try {
    return utf8.decode(bytes);
  } catch {
    return finding("not-parseable", null, { zh: "文件不是UTF-8编码", en: "the file is not in UTF-8" });
  }
}
