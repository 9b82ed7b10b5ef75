import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { PolicyPackModel } from "../models/policy-pack.ts";
import { loadPack } from "../rules/load-packs.ts";
import { RuleError } from "../rules/rule-error.ts";
import { putInForce } from "../server/commands/policies/put-in-force.ts";
import { requireSound } from "../server/queries/policies/assess.ts";
import { runCommand, systemCaller } from "../server/run-command.ts";
import type { App } from "../server/command-context.ts";
import { AppError } from "../shared/app-error.ts";
import { readArguments } from "./io.ts";
import type { RulesIo } from "./rules.ts";
import { withApp } from "./with-app.ts";

/** A database that is made for it holds the packs that ship with the platform. */
const shipped = { makes: true };

/**
 * `xueshi rules publish <pack-file> [--note …] [--uri …]`: the pack passes all checks together with the packs in force,
 * and becomes the version in force; running nodes take it over within seconds. Exit code 1 when it is refused; null for a wrong call.
 */
export async function publishCommand(args: readonly string[], io: RulesIo): Promise<number | null> {
  const given = readArguments(args, { note: "text", uri: "text" }, { words: 1 });
  const file = given?.words[0];
  if (given === null || file === undefined) return null;
  const text = readFileSync(file, "utf8");
  try {
    const { id, version } = loadPack(text, basename(file)).ref;
    const publish = async (app: App) => {
      const loaded = await requireSound(app.packs, id, text);
      const note = given.values.note ?? "";
      await runCommand(app, systemCaller("rules-publish"), (ctx) => putInForce(ctx, { loaded, text, note }));
    };
    await withApp(given.values.uri, publish, shipped);
    io.stdout.write(`已发布 ${id} ${version}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof RuleError || error instanceof AppError)) throw error;
    io.stderr.write(`${error.message}\n${problemLines(error)}`);
    return 1;
  }
}

function problemLines(error: RuleError | AppError): string {
  const problems = error instanceof AppError ? error.details["problems"] : undefined;
  if (!Array.isArray(problems)) return "";
  return (problems as { path: string; message: string }[])
    .map(({ path, message }) => `  /${path}：${message}\n`)
    .join("");
}

/** `xueshi rules versions [--uri …]`: every published version, the ones in force marked. */
export async function versionsCommand(args: readonly string[], io: RulesIo): Promise<number | null> {
  const given = readArguments(args, { uri: "text" }, { words: 0 });
  if (given === null) return null;
  const list = () =>
    PolicyPackModel.find({ status: { $in: ["published", "superseded"] } }, { text: 0 })
      .sort({ packId: 1, publishedAt: -1 })
      .limit(10_000)
      .lean()
      .exec();
  const versions = await withApp(given.values.uri, list, shipped);
  for (const { packId, packVersion, status, sha256, publishedAt, publishedBy } of versions) {
    const mark = status === "published" ? "*" : " ";
    const when = publishedAt?.toISOString() ?? "—";
    const by = publishedBy?.name ?? "平台";
    io.stdout.write(`${mark} ${packId} ${packVersion} ${sha256.slice(0, 12)} ${when} ${by}\n`);
  }
  return 0;
}
