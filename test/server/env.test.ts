import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseEnv } from "../../src/server/env.ts";
import { hashPassword, loadSecrets, makeSecrets, passwordMatches } from "../../src/server/secrets.ts";

describe("parseEnv", () => {
  it("has a default for everything outside production", () => {
    expect(parseEnv({})).toMatchObject({
      PORT: 3000,
      HOST: "127.0.0.1",
      NODE_ENV: "development",
      DEMONSTRATION: true,
    });
  });

  it("treats an empty value as not given", () => {
    expect(parseEnv({ MONGODB_URI: "", PORT: "" }).PORT).toBe(3000);
  });

  it("lists all problems at once", () => {
    const wrong = { PORT: "99999", MONGODB_URI: "postgres://x", ENCRYPTION_KEY: "short", LOG_LEVEL: "loud" };
    expect(() => parseEnv(wrong)).toThrow(
      /4 problem\(s\)[\s\S]*PORT[\s\S]*MONGODB_URI[\s\S]*ENCRYPTION_KEY[\s\S]*LOG_LEVEL/,
    );
  });

  it("lists what production misses together with what cannot be read", () => {
    const wrong = { NODE_ENV: "production", PORT: "abc", PUBLIC_URL: "http://xueshi.example" };
    expect(() => parseEnv(wrong)).toThrow(
      /4 problem\(s\)[\s\S]*PORT[\s\S]*ENCRYPTION_KEY[\s\S]*SIGNING_KEY[\s\S]*PUBLIC_URL: .*https/,
    );
  });

  it("refuses to start in production without keys and address, or with test settings", () => {
    const problems = { NODE_ENV: "production", TEST_CAPTCHA: "TEST", TEST_NO_RATE_LIMITS: "true" };
    expect(() => parseEnv(problems)).toThrow(
      /TEST_CAPTCHA[\s\S]*TEST_NO_RATE_LIMITS[\s\S]*ENCRYPTION_KEY[\s\S]*SIGNING_KEY[\s\S]*PUBLIC_URL/,
    );
  });
});

describe("secrets", () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  it("are made once with mode 0600 and found again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "xs-keys-"));
    folders.push(folder);
    const env = parseEnv({ DATA_DIR: folder });
    const [first, second] = await Promise.all([loadSecrets(env), loadSecrets(env)]);
    expect(second.decrypt(first.encrypt("410105198503071231"))).toBe("410105198503071231");
    expect((await stat(join(folder, "keys.json"))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, "keys.json"), "utf8")).toContain(first.signingKey);
  });

  it("encrypt differently each time, index alike, and refuse altered text", () => {
    const secrets = makeSecrets("ab".repeat(32), "cd".repeat(32));
    const [one, two] = [secrets.encrypt("示例"), secrets.encrypt("示例")];
    expect(one).not.toBe(two);
    expect(secrets.blindIndex("x")).toBe(secrets.blindIndex("x"));
    expect(secrets.blindIndex("x")).not.toBe(makeSecrets("ef".repeat(32), "cd".repeat(32)).blindIndex("x"));
    const altered = Buffer.from(one, "base64");
    altered[20] = (altered[20] ?? 0) ^ 1;
    expect(() => secrets.decrypt(altered.toString("base64"))).toThrow();
  });

  it("hash passwords with a salt of their own", async () => {
    const stored = await hashPassword("Xueshi@2026");
    expect(await passwordMatches("Xueshi@2026", stored)).toBe(true);
    expect(await passwordMatches("xueshi@2026", stored)).toBe(false);
    expect(await passwordMatches("anything", "scrypt$broken")).toBe(false);
    expect(await hashPassword("Xueshi@2026")).not.toBe(stored);
  });
});
