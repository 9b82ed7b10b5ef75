import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type PolicyPack, PolicyPackModel } from "../models/policy-pack.ts";
import { type LoadedPack, loadPack, packsFolder, packsFrom, type RulePacks } from "../rules/load-packs.ts";

/** A pack and the text that it was read from. */
export interface PackText {
  readonly loaded: LoadedPack;
  readonly text: string;
}

/** The packs that ship with the platform, with their texts. */
export function shippedPackTexts(folder = packsFolder()): PackText[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.toSorted().map((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return { text, loaded: loadPack(text, file) };
  });
}

/** Key of a published version: the same pack and version with another text is another version. */
export function packKey(ref: { id: string; version: string; sha256: string }): string {
  return `${ref.id}@${ref.version}@${ref.sha256.slice(0, 12)}`;
}

/**
 * The rule packs that this node answers by, with the database behind them: shipped ones until policy staff publish
 * newer ones. `current` is immutable; a publication puts another one in its place.
 */
export class PackRegistry {
  readonly #byHash = new Map<string, LoadedPack>();
  readonly #shipped: readonly LoadedPack[];
  #current: RulePacks;

  constructor(shipped: readonly LoadedPack[]) {
    this.#shipped = shipped;
    for (const loaded of shipped) this.#byHash.set(loaded.ref.sha256, loaded);
    this.#current = packsFrom(shipped);
  }

  get current(): RulePacks {
    return this.#current;
  }

  /**
   * Takes over what policy staff published, on this node or another. Call at start and then every few seconds.
   * @throws RuleError when a published text is no valid pack for this release; the packs stay as they are.
   */
  async refresh(): Promise<void> {
    const published = await PolicyPackModel.find({ status: "published" }, { packId: 1, sha256: 1 })
      .sort({ packId: 1 })
      .lean();
    const known = new Set(this.#current.refs.map(({ sha256 }) => sha256));
    const ids = new Set(published.map(({ packId }) => packId));
    const missing = this.#shipped.filter(({ ref }) => !ids.has(ref.id));
    const isSame = published.every(({ sha256 }) => known.has(sha256));
    if (isSame && published.length + missing.length === known.size) return;
    const loaded: LoadedPack[] = [...missing];
    for (const { _id, sha256 } of published) loaded.push(await this.#load(_id, sha256));
    this.#current = packsFrom(loaded);
  }

  /** A version that was published once, for traces that name it; null when there is none. */
  async version(id: string, version: string, sha256?: string): Promise<LoadedPack | null> {
    const filter = { packId: id, packVersion: version, ...(sha256 === undefined ? {} : { sha256 }) };
    const record = await PolicyPackModel.findOne(filter, { sha256: 1 }).sort({ publishedAt: -1 }).lean();
    return record === null ? null : this.#load(record._id, record.sha256);
  }

  /** A version by its key (`packKey`), for process events that name it; null when there is none. */
  async keyed(key: string): Promise<LoadedPack | null> {
    const record = await PolicyPackModel.findById(key, { sha256: 1 }).lean();
    return record === null ? null : this.#load(record._id, record.sha256);
  }

  async #load(recordId: string, sha256: string): Promise<LoadedPack> {
    const known = this.#byHash.get(sha256);
    if (known !== undefined) return known;
    const record = await PolicyPackModel.findById(recordId, { text: 1 }).lean<PolicyPack>();
    if (record === null) throw new Error(`unknown rule pack ${recordId}`);
    const loaded = loadPack(record.text, recordId);
    this.#byHash.set(sha256, loaded);
    return loaded;
  }
}

/**
 * Writes the shipped packs to the database, so that a trace of an older release still finds its version. A shipped file
 * that changed becomes the current version; what policy staff published, or rolled back to, stays current. Returns the
 * packs that took an earlier version's place.
 */
export async function registerShippedPacks(packs: readonly PackText[], now: Date): Promise<LoadedPack[]> {
  const replacing: LoadedPack[] = [];
  for (const { loaded, text } of packs) {
    const { id, version, sha256 } = loaded.ref;
    const _id = packKey(loaded.ref);
    if (await PolicyPackModel.exists({ _id })) continue;
    const keepEdited = await PolicyPackModel.exists({
      packId: id,
      status: "published",
      publishedBy: { $ne: null },
    });
    if (keepEdited === null) {
      const inForce = { packId: id, status: "published" as const };
      const { modifiedCount } = await PolicyPackModel.updateMany(inForce, { $set: { status: "superseded" } });
      if (modifiedCount > 0) replacing.push(loaded);
    }
    const record = { packId: id, packVersion: version, sha256, text, shipped: true, savedAt: now };
    const status = keepEdited === null ? ("published" as const) : ("superseded" as const);
    const publishedAt = keepEdited === null ? now : null;
    // Two nodes that start at once write the same.
    await PolicyPackModel.updateOne(
      { _id },
      {
        $setOnInsert: {
          ...record,
          status,
          publishedAt,
          savedBy: null,
          publishedBy: null,
          note: "随平台发布",
          version: 0,
        },
      },
      { upsert: true },
    );
  }
  return replacing;
}
