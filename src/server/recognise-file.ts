import { open } from "node:fs/promises";
import { fileTypeFromFile } from "file-type";

/** The media type of a file on disk by its content, of a text by its name; null for what nobody knows (REG-29). */
export async function recogniseFile(path: string, name: string): Promise<string | null> {
  const type = await fileTypeFromFile(path);
  if (type !== undefined) return type.mime;
  return name.toLowerCase().endsWith(".csv") && (await looksLikeText(path)) ? "text/csv" : null;
}

async function looksLikeText(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return !buffer.subarray(0, bytesRead).includes(0);
  } finally {
    await handle.close();
  }
}
