import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { checkPack } from "../rules/check-pack.ts";
import { checkWithEngine } from "../rules/check-with-engine.ts";
import type { Finding } from "../rules/finding.ts";
import { defaultPacks, loadPack, packsFolder, type RulePacks, withPack } from "../rules/load-packs.ts";
import { RuleError } from "../rules/rule-error.ts";

interface Output {
  readonly stdout: NodeJS.WritableStream;
}

/**
 * `xueshi rules check [packs…]`: files or folders, default the shipped packs. What is given is checked together, with the
 * shipped packs for the kinds that are not: a changed pack must fit the others that change with it. One line a pack, one
 * line a finding with its place. Exit code 1 when a pack is refused, or none is found; null for a wrong call.
 */
export async function checkCommand(args: readonly string[], io: Output): Promise<number | null> {
  if (args.some((arg) => arg.startsWith("--"))) return null;
  const files = (args.length === 0 ? [packsFolder()] : args).flatMap(filesOf);
  if (files.length === 0) {
    io.stdout.write("没有找到规则包文件（*.json）\n");
    return 1;
  }
  const given = files.map((file) => ({ name: basename(file), text: readFileSync(file, "utf8") }));
  const packs = given.reduce(withGiven, defaultPacks());
  let refused = 0;
  for (const file of given) if (!(await checkFile(packs, file, io))) refused++;
  io.stdout.write(
    refused === 0 ? `全部 ${files.length} 个规则包通过校验\n` : `${refused} 个规则包未通过校验\n`,
  );
  return refused === 0 ? 0 : 1;
}

interface GivenFile {
  readonly name: string;
  readonly text: string;
}

/** The packs with a given one in its place; one that cannot be read takes no place, and its own check says why. */
function withGiven(packs: RulePacks, { name, text }: GivenFile): RulePacks {
  try {
    return withPack(packs, loadPack(text, name));
  } catch (error) {
    if (error instanceof RuleError) return packs;
    throw error;
  }
}

async function checkFile(packs: RulePacks, { name, text }: GivenFile, io: Output): Promise<boolean> {
  const { findings, cases, loaded } = checkPack(packs, text, name);
  const all = loaded === null ? findings : await checkWithEngine(loaded);
  if (all.length === 0 && loaded !== null) {
    io.stdout.write(`✓ ${loaded.ref.id} ${loaded.ref.version}：${cases} 个算例通过\n`);
    return true;
  }
  io.stdout.write(`✗ ${name}\n`);
  for (const finding of all) io.stdout.write(`  ${placeOf(finding)}${finding.message}\n`);
  return false;
}

function placeOf(finding: Finding): string {
  if (finding.place === "") return "";
  return finding.line === undefined ? `/${finding.place}：` : `第 ${finding.line} 行 /${finding.place}：`;
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => join(path, file));
}
