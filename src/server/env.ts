import { join } from "node:path";
import { z } from "zod";
import { projectRoot } from "../shared/project-root.ts";
import { scannerAddress } from "./scan-file.ts";

/** Configuration of the server: read once, here only, all problems listed at once. README.md has the table. */

const flag = z.enum(["true", "false"]).transform((value) => value === "true");
const key = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "64 hex digits (32 bytes), for example from: openssl rand -hex 32")
  .optional();

const schema = z.object({
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default("127.0.0.1"),
  /** where users reach the platform: links in QR codes, allowed origin of writes */
  PUBLIC_URL: z.url().optional(),
  /** a replica set or sharded cluster; without it the embedded database is started */
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, "starts with mongodb:// or mongodb+srv://")
    .optional(),
  MONGODB_DATABASE: z
    .string()
    .regex(/^[\w-]{1,38}$/, "1 to 38 letters, digits, - or _")
    .default("xueshi"),
  DATA_DIR: z.string().default(join(projectRoot(), "data")),
  ENCRYPTION_KEY: key,
  SIGNING_KEY: key,
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
  PLATFORM_NAME: z.string().default("河南省专业技术人员继续教育公共服务平台"),
  PROVINCE_NAME: z.string().default("河南省"),
  SPONSOR: z.string().default("河南省人力资源和社会保障厅专业技术人员管理处"),
  /** number of proxies in front whose X-Forwarded-For is believed */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  SESSION_IDLE_MINUTES: z.coerce
    .number()
    .int()
    .min(5)
    .max(24 * 60)
    .default(120),
  /** a draft that is not saved for so long is removed (DEC-14) */
  DRAFT_DAYS: z.coerce.number().int().min(1).max(365).default(30),
  /** what an administrator's reset gives: the last six of the ID number, or a random code sent to the phone (PWD-08) */
  PASSWORD_RESET: z.enum(["id-number", "one-time-code"]).default("id-number"),
  /** the largest video that may be uploaded, in megabytes (PLN-12) */
  VIDEO_MAX_MB: z.coerce.number().int().min(1).max(4000).default(500),
  /** fill an empty embedded database with the demonstration province */
  DEMONSTRATION: flag.default(true),
  /** tests and the demonstration only: every captcha is answered by this text */
  TEST_CAPTCHA: z.string().min(4).optional(),
  /** tests and the demonstration only: no limits on repeated requests */
  TEST_NO_RATE_LIMITS: flag.default(false),
  PUPPETEER_EXECUTABLE_PATH: z.string().optional(),
  /** a ClamAV daemon that looks at each upload before it can be used (REG-29) */
  CLAMAV_ADDRESS: z.string().regex(scannerAddress, "host:port, or the path of a Unix socket").optional(),
});

export type Env = z.output<typeof schema>;

/**
 * Parses the environment. Throws one Error that lists every problem; the test-only settings, missing keys and an address
 * without TLS (GEN-02) are problems in production.
 */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    ...productionProblems(given),
  ];
  if (problems.length > 0 || !parsed.success) {
    const lines = problems.map((line) => `  ${line}`).join("\n");
    throw new Error(
      `配置有 ${problems.length} 处问题 The configuration has ${problems.length} problem(s):\n${lines}`,
    );
  }
  return parsed.data;
}

/** Of what was given, so that they are listed together with values that cannot be read. */
function productionProblems(given: Record<string, string | undefined>): string[] {
  if (given["NODE_ENV"] !== "production") return [];
  const problems: string[] = [];
  if (given["TEST_CAPTCHA"] !== undefined) problems.push("TEST_CAPTCHA: cannot be set in production");
  if (given["TEST_NO_RATE_LIMITS"] === "true")
    problems.push("TEST_NO_RATE_LIMITS: cannot be set in production");
  for (const name of ["ENCRYPTION_KEY", "SIGNING_KEY"])
    if (given[name] === undefined) problems.push(`${name}: needed in production (64 hex digits)`);
  if (given["PUBLIC_URL"]?.startsWith("https://") !== true)
    problems.push("PUBLIC_URL: needed in production (https address of the platform)");
  return problems;
}

/** The process's environment; the only place that reads it. */
export function readEnv(): Env {
  return parseEnv(process.env);
}
