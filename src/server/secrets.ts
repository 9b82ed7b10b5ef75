import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import type { Env } from "./env.ts";

/** Keys of one installation and what is done with them. Nothing outside this file touches key material. */
export interface Secrets {
  /** AES-256-GCM; the result carries its nonce */
  encrypt(plain: string): string;
  decrypt(cipher: string): string;
  /** HMAC under a key of its own: equal inputs give equal outputs, for exact look-up of encrypted values */
  blindIndex(value: string): string;
  signingKey: string;
}

const scryptAsync = promisify<string, Buffer, number, { N: number; r: number; p: number }, Buffer>(scrypt);
// OWASP's first scrypt setting is N=2^17; 2^14 keeps a login near 50 ms on one core, with the lock of LOG-12 beside it.
const cost = { N: 16_384, r: 8, p: 1 };

/** `scrypt$<salt>$<hash>`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await scryptAsync(password.normalize("NFKC"), salt, 32, cost);
  return `scrypt$${salt.toString("base64")}$${hash.toString("base64")}`;
}

/** Compares in constant time. */
export async function passwordMatches(password: string, stored: string): Promise<boolean> {
  const [, salt, hash] = stored.split("$");
  if (salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, "base64");
  const actual = await scryptAsync(password.normalize("NFKC"), Buffer.from(salt, "base64"), 32, cost);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

const keyFile = z.object({ encryptionKey: z.string().length(64), signingKey: z.string().length(64) });

/** Keys from the environment, else made once with mode 0600 under the data folder. */
export async function loadSecrets(env: Env): Promise<Secrets> {
  if (env.ENCRYPTION_KEY !== undefined && env.SIGNING_KEY !== undefined) {
    return makeSecrets(env.ENCRYPTION_KEY, env.SIGNING_KEY);
  }
  const kept = await readOrMakeKeys(env.DATA_DIR);
  return makeSecrets(env.ENCRYPTION_KEY ?? kept.encryptionKey, env.SIGNING_KEY ?? kept.signingKey);
}

async function readOrMakeKeys(dataDir: string): Promise<z.output<typeof keyFile>> {
  const path = join(dataDir, "keys.json");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const made = {
    encryptionKey: randomBytes(32).toString("hex"),
    signingKey: randomBytes(32).toString("hex"),
  };
  try {
    // "wx": of two processes starting at once, one writes and the other reads what it wrote.
    await writeFile(path, JSON.stringify(made), { mode: 0o600, flag: "wx" });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return keyFile.parse(JSON.parse(await readFile(path, "utf8")));
  }
}

export function makeSecrets(encryptionKey: string, signingKey: string): Secrets {
  const aesKey = Buffer.from(encryptionKey, "hex");
  const indexKey = createHmac("sha256", aesKey).update("blind-index").digest();
  return {
    encrypt(plain) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", aesKey, nonce);
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
    },
    decrypt(text) {
      const bytes = Buffer.from(text, "base64");
      const decipher = createDecipheriv("aes-256-gcm", aesKey, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
    },
    blindIndex: (value) => createHmac("sha256", indexKey).update(value).digest("base64url"),
    signingKey,
  };
}
