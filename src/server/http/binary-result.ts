import type { Readable } from "node:stream";

/** What a handler of a binary endpoint returns. `fileName` may be Chinese. */
export interface BinaryResult {
  content: Uint8Array | Readable;
  contentType: string;
  fileName: string;
  /** inline: shown by the browser (PDF); attachment: saved */
  disposition: "inline" | "attachment";
  /** SHA-256, becomes the ETag */
  sha256?: string;
}
