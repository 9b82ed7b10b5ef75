import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WorkflowDefinition } from "../../models/workflow-definition.ts";
import { projectRoot } from "../../shared/project-root.ts";
import { loadDefinition, type ProcessDefinition } from "./definition.ts";

/** Where the store finds definitions. */
export interface DefinitionSource {
  /** The published definition that new instances of a process get. Rejects when there is none. */
  current(key: string): Promise<ProcessDefinition>;
  /** The definition that an instance was started with. Rejects when it is unknown. */
  byHash(hash: string): Promise<ProcessDefinition>;
  /** Takes over what was published, on this node or another. */
  refresh(): Promise<void>;
}

/** The definitions that ship with the platform: every file of `bpmn/`, or of another folder. */
export async function loadShippedDefinitions(
  folder = join(projectRoot(), "bpmn"),
): Promise<ProcessDefinition[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith(".bpmn"));
  return Promise.all(
    files.toSorted().map((name) => loadDefinition(readFileSync(join(folder, name), "utf8"))),
  );
}

/**
 * Definitions in memory, with the database behind them: shipped ones are known from the start, edited ones are read
 * when an instance or a publication first names them, and never change afterwards.
 */
export class DefinitionRegistry implements DefinitionSource {
  readonly #byHash = new Map<string, ProcessDefinition>();
  readonly #current = new Map<string, ProcessDefinition>();

  constructor(shipped: readonly ProcessDefinition[]) {
    for (const definition of shipped) this.use(definition);
  }

  /** Makes a definition the current one of its process in this node. */
  use(definition: ProcessDefinition): void {
    this.#byHash.set(definition.hash, definition);
    this.#current.set(definition.key, definition);
  }

  /**
   * Takes over what policy staff published, on this node or another. Call at start and then every few seconds. One row
   * that cannot be used leaves its process as it is and holds up no other; the error comes at the end.
   */
  async refresh(): Promise<void> {
    const published = await WorkflowDefinition.find({ status: "published" }, { key: 1, hash: 1 }).lean();
    const failures: unknown[] = [];
    for (const row of published) {
      if (this.#current.get(row.key)?.hash === row.hash) continue;
      await this.#takeOver(row).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  async #takeOver({ key, hash }: { key: string; hash: string }): Promise<void> {
    const definition = await this.byHash(hash);
    // Filed as another process, it would take that one's place.
    if (definition.key !== key) throw new Error(`definition ${hash} is not one of process ${key}`);
    this.use(definition);
  }

  async current(key: string): Promise<ProcessDefinition> {
    const definition = this.#current.get(key);
    if (definition === undefined) throw new Error(`no published definition of process ${key}`);
    return definition;
  }

  async byHash(hash: string): Promise<ProcessDefinition> {
    const known = this.#byHash.get(hash);
    if (known !== undefined) return known;
    // A draft is nothing that an instance could run by.
    const record = await WorkflowDefinition.findOne({ hash, status: { $ne: "draft" } }, { xml: 1 }).lean();
    if (record === null) throw new Error(`unknown process definition ${hash}`);
    const definition = await loadDefinition(record.xml);
    // A text that was changed after it was published is not what anybody checked.
    if (definition.hash !== hash) throw new Error(`definition ${hash} was changed in the database`);
    this.#byHash.set(hash, definition);
    return definition;
  }
}

/**
 * Writes the shipped definitions to the database, so that an instance of an older release still finds its own.
 * A shipped file that changed becomes the next version, one that changed back is published again; definitions that
 * policy staff published, or rolled back to, stay current.
 */
export async function registerShippedDefinitions(
  shipped: readonly ProcessDefinition[],
  ids: { newId(): string; now: Date },
): Promise<void> {
  for (const definition of shipped) {
    try {
      await registerShipped(definition, ids);
    } catch (error) {
      // Another node of the same release starts at this moment and has written the same.
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

function isDuplicateKey(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === 11000;
}

/** What policy staff published, or rolled back to. */
const chosen = { $or: [{ shipped: false }, { publishedBy: { $ne: null } }] };

async function registerShipped(
  definition: ProcessDefinition,
  ids: { newId(): string; now: Date },
): Promise<void> {
  const { key, hash } = definition;
  const known = await WorkflowDefinition.findOne(
    { key, hash, status: { $ne: "draft" } },
    { status: 1 },
  ).lean();
  if (known?.status === "published") return;
  const keepEdited = (await WorkflowDefinition.exists({ key, status: "published", ...chosen })) !== null;
  if (known !== null && keepEdited) return;
  if (!keepEdited) {
    await WorkflowDefinition.updateMany({ key, status: "published" }, { $set: { status: "superseded" } });
  }
  if (known === null)
    await insertShipped(definition, { id: ids.newId(), now: ids.now, published: !keepEdited });
  else
    await WorkflowDefinition.updateOne(
      { _id: known._id },
      { $set: { status: "published", publishedAt: ids.now, publishedBy: null } },
    );
}

async function insertShipped(
  definition: ProcessDefinition,
  { id, now, published }: { id: string; now: Date; published: boolean },
): Promise<void> {
  const [latest] = await WorkflowDefinition.find({ key: definition.key }, { versionNumber: 1 })
    .sort({ versionNumber: -1 })
    .limit(1)
    .lean();
  await WorkflowDefinition.create({
    _id: id,
    key: definition.key,
    name: definition.name,
    versionNumber: (latest?.versionNumber ?? 0) + 1,
    hash: definition.hash,
    xml: definition.xml,
    status: published ? "published" : "superseded",
    shipped: true,
    createdAt: now,
    createdBy: null,
    publishedAt: published ? now : null,
    publishedBy: null,
    note: "随平台发布",
  });
}
