import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../shared/project-root.ts";
import { type Pack, type PackKind, packKinds } from "./pack-schema.ts";
import { parsePack } from "./parse-pack.ts";
import { RuleError } from "./rule-error.ts";
import type { Citation, PackRef } from "./trace.ts";

/** A validated, frozen pack and the hash of the text it was read from. */
export interface LoadedPack {
  readonly ref: PackRef;
  readonly pack: Pack;
}

/** One set of packs that answers together: one of each kind, and any number of local ones (CNV-16). */
export interface RulePacks {
  readonly of: Readonly<Record<Exclude<PackKind, "local-rules">, LoadedPack>>;
  readonly local: readonly LoadedPack[];
  /** id, version and SHA-256 of every pack. */
  readonly refs: readonly PackRef[];
}

let cached: RulePacks | undefined;

/** The packs that ship with the platform, read once a process. */
export function defaultPacks(): RulePacks {
  cached ??= loadPacks();
  return cached;
}

/** Where the shipped packs are. */
export function packsFolder(): string {
  return join(projectRoot(), "src/rules/packs/henan");
}

/**
 * Reads and validates all `*.json` packs of a folder (default: the shipped ones).
 * @throws RuleError `pack.invalid` with file, place and reason.
 */
export function loadPacks(dir: string = packsFolder()): RulePacks {
  const files = readdirSync(dir)
    .filter((file) => file.endsWith(".json"))
    .sort();
  return packsFrom(files.map((file) => loadPack(readFileSync(join(dir, file), "utf8"), file)));
}

/** Validates the text of one pack; `name` appears in errors. */
export function loadPack(text: string, name: string): LoadedPack {
  return loadedPack(deepFreeze(parsePack(text, name).pack), text);
}

/** A parsed pack with its reference; `text` is what the hash is taken of. */
export function loadedPack(pack: Pack, text: string): LoadedPack {
  const sha256 = createHash("sha256").update(text).digest("hex");
  return Object.freeze({ ref: Object.freeze({ id: pack.id, version: pack.version, sha256 }), pack });
}

/**
 * Puts loaded packs together, for example the shipped ones with a published newer version in place of one.
 * @throws RuleError `pack.incomplete` or `pack.duplicate`.
 */
export function packsFrom(loaded: readonly LoadedPack[]): RulePacks {
  const of: Partial<Record<PackKind, LoadedPack>> = {};
  const local = loaded.filter((one) => one.pack.kind === "local-rules");
  for (const one of loaded) {
    if (one.pack.kind === "local-rules") continue;
    if (of[one.pack.kind] !== undefined) throw incomplete("pack.duplicate", one.pack.kind);
    of[one.pack.kind] = one;
  }
  for (const kind of packKinds)
    if (kind !== "local-rules" && of[kind] === undefined) throw incomplete("pack.incomplete", kind);
  if (!isComplete(of)) throw incomplete("pack.incomplete", "conversion");
  return Object.freeze({
    of: Object.freeze(of),
    local: Object.freeze(local),
    refs: loaded.map((one) => one.ref),
  });
}

/** The same packs with one replaced by (or, for a local pack with a new id, joined by) another. */
export function withPack(packs: RulePacks, replacement: LoadedPack): RulePacks {
  const all = [...Object.values(packs.of), ...packs.local];
  const isSame = (one: LoadedPack): boolean =>
    replacement.pack.kind === "local-rules"
      ? one.ref.id === replacement.ref.id
      : one.pack.kind === replacement.pack.kind;
  return packsFrom([...all.filter((one) => !isSame(one)), replacement]);
}

const citations = new WeakMap<Pack, Map<string, Citation>>();

/** The named citation of a pack, frozen and always the same; `check-pack` has made sure that it exists. */
export function citationOf(pack: Pack, key: string): Citation {
  let known = citations.get(pack);
  if (known === undefined) {
    known = new Map();
    citations.set(pack, known);
  }
  let citation = known.get(key);
  if (citation === undefined) {
    citation = Object.freeze(madeCitation(pack, key));
    known.set(key, citation);
  }
  return citation;
}

function madeCitation(pack: Pack, key: string): Citation {
  const found = Object.hasOwn(pack.citations, key) ? pack.citations[key] : undefined;
  if (found === undefined) throw incomplete("pack.citation", key);
  const { title, document, clause, text } = found;
  return text === undefined ? { key, title, document, clause } : { key, title, document, clause, text };
}

/** Freezes plain JSON all the way down. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

type Complete = Record<Exclude<PackKind, "local-rules">, LoadedPack>;

function isComplete(of: Partial<Record<PackKind, LoadedPack>>): of is Complete {
  return packKinds.every((kind) => kind === "local-rules" || of[kind] !== undefined);
}

function incomplete(code: string, what: string): RuleError {
  const words: Record<string, readonly [string, string]> = {
    "pack.duplicate": ["同一类规则包重复", "Two packs of the same kind"],
    "pack.incomplete": ["缺少规则包", "Missing pack of kind"],
    "pack.citation": ["依据条款不存在", "Unknown citation"],
  };
  const [zh, en] = words[code] ?? ["规则包错误", "Pack error"];
  return new RuleError({ code, message: `${zh}：${what}`, messageEn: `${en}: ${what}`, facts: [] });
}
