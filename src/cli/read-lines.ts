import { StringDecoder } from "node:string_decoder";

/** Characters of a line that is still read; a request has some hundreds. */
export const longestLine = 1_000_000;

/**
 * The lines of a UTF-8 stream, split at line feeds only: U+2028 may stand in a JSON text. A byte order mark before the
 * first line is dropped. In the place of a line that is too long comes null; no more than its beginning is kept in memory.
 */
export async function* readLines(stream: NodeJS.ReadableStream): AsyncGenerator<string | null> {
  const decoder = new StringDecoder("utf8");
  let line = new LineBuffer();
  let isFirst = true;
  for await (const chunk of stream) {
    const text = typeof chunk === "string" ? chunk : decoder.write(chunk);
    const parts = (isFirst && text.startsWith("\uFEFF") ? text.slice(1) : text).split("\n");
    if (text !== "") isFirst = false;
    for (const [index, part] of parts.entries()) {
      line.add(part);
      if (index === parts.length - 1) break;
      yield line.text();
      line = new LineBuffer();
    }
  }
  line.add(decoder.end());
  if (!line.isEmpty) yield line.text();
}

/** A line that arrives in pieces. */
class LineBuffer {
  readonly #pieces: string[] = [];
  #length = 0;

  add(piece: string): void {
    this.#length += piece.length;
    if (this.#length <= longestLine) this.#pieces.push(piece);
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  text(): string | null {
    return this.#length > longestLine ? null : this.#pieces.join("");
  }
}
