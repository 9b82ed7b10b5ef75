import { type PolicyAuthor, type PolicyPack, PolicyPackModel } from "../../../models/policy-pack.ts";
import type { LoadedPack } from "../../../rules/load-packs.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";
import { packKey } from "../../pack-registry.ts";
import { enqueueFollowing } from "./follow-policy.ts";
import { recordAudit } from "../record-audit.ts";

export interface NewVersion {
  /** checked before */
  loaded: LoadedPack;
  text: string;
  note: string;
}

/**
 * Makes a checked pack the version in force; the one before it stays on record, and stored years follow.
 * `policy.version_exists` (409) when the version number was used before: what a trace names never changes.
 */
export async function putInForce(ctx: CommandContext, published: NewVersion): Promise<PolicyPack> {
  const { id: packId, version: packVersion, sha256 } = published.loaded.ref;
  if ((await PolicyPackModel.exists({ packId, packVersion })) !== null)
    throw new AppError("policy.version_exists", { packVersion });
  await supersede(packId);
  const now = ctx.clock.now();
  const by = authorOf(ctx);
  const record: PolicyPack = {
    _id: packKey(published.loaded.ref),
    packId,
    packVersion,
    sha256,
    text: published.text,
    status: "published",
    shipped: false,
    savedAt: now,
    savedBy: by,
    publishedAt: now,
    publishedBy: by,
    note: published.note,
    version: 0,
  };
  await PolicyPackModel.create([record]);
  await enqueueFollowing(ctx, published.loaded);
  await recordAudit(ctx, "policy.published", {
    subjectId: packId,
    data: { packId, packVersion, sha256, note: published.note },
  });
  return record;
}

/** Takes the version in force out of it. */
export async function supersede(packId: string): Promise<void> {
  await PolicyPackModel.updateMany(
    { packId, status: "published" },
    { $set: { status: "superseded" }, $inc: { version: 1 } },
  );
}

/** Who publishes; the command line has no account. */
export function authorOf({ actor }: CommandContext): PolicyAuthor {
  return actor === null
    ? { accountId: "command-line", name: "命令行" }
    : { accountId: actor.accountId, name: actor.name };
}
