import { randomFillSync, randomInt } from "node:crypto";

/**
 * Identifiers are 24 lower-case hex characters: seconds since 1970, then random. Strings rather than ObjectIds,
 * so that a URL, a contract, a log line and a document hold the same thing (docs/decisions/0002-string-ids.md).
 */
export function newId(now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000)
    .toString(16)
    .padStart(8, "0");
  return seconds + randomHex();
}

const pool = Buffer.alloc(4096);
let used = pool.length;

/** 8 random bytes. Drawn in blocks: a command makes several ids, and each draw alone is a call of the system. */
function randomHex(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 8;
  return pool.toString("hex", used - 8, used);
}

/** `count` decimal digits, for codes sent to phones. */
export function randomDigits(count: number): string {
  return Array.from({ length: count }, () => randomInt(10)).join("");
}

const readable = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/** Letters and digits that nobody confuses when reading aloud: verification codes. */
export function readableCode(length: number): string {
  return Array.from({ length }, () => readable.charAt(randomInt(readable.length))).join("");
}
