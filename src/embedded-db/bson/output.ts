import { ByteUtils } from "bson";

const FIRST_BYTES = 64 * 1024;
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

/** A growing buffer that is written again and again: whoever writes is never asynchronous. */
export class Output {
  bytes = Buffer.allocUnsafe(FIRST_BYTES);
  /** Where the next byte goes; whoever writes by other means than these asks for room and moves it. */
  at = 0;

  /** Starts anew. One huge value must not cost its memory for ever. */
  begin(): void {
    this.at = 0;
    if (this.bytes.length > MOST_KEPT_BYTES) this.bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  room(bytes: number): void {
    if (this.at + bytes <= this.bytes.length) return;
    const bigger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + bytes + 1024));
    this.bytes.copy(bigger, 0, 0, this.at);
    this.bytes = bigger;
  }

  // Each of these answers where it ended.

  byte(byte: number): number {
    this.room(1);
    this.bytes[this.at++] = byte;
    return this.at;
  }

  raw(bytes: Uint8Array): number {
    this.room(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    return this.at;
  }

  /** As UTF-8. */
  text(text: string): number {
    this.room(text.length * 3);
    this.at += ByteUtils.encodeUTF8Into(this.bytes, text, this.at);
    return this.at;
  }

  /** A copy of what was written. */
  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.at));
  }
}
