import { type PolicyPack, PolicyPackModel } from "../../../models/policy-pack.ts";
import type { LoadedPack } from "../../../rules/load-packs.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";

type VersionRecord = Omit<PolicyPack, "text">;

/** A pack as the list shows it: what is in force, and whether somebody drafts a newer one. */
export interface PolicyPackEntry {
  packId: string;
  /** null for a pack that is only a draft so far */
  loaded: LoadedPack | null;
  current: VersionRecord | null;
  draftSavedAt: Date | null;
}

/** Packs are ten and some local ones; the bound is only against abuse. */
const mostPacks = 500;

/** Every pack in force and every draft, by id. */
export async function listPolicyPacks(ctx: CommandContext): Promise<PolicyPackEntry[]> {
  requireModule(requireActor(ctx), "policies:manage");
  const records = await PolicyPackModel.find({ status: { $in: ["published", "draft"] } }, { text: 0 })
    .sort({ packId: 1 })
    .limit(mostPacks)
    .lean<VersionRecord[]>();
  const { packs } = ctx.app;
  const loaded = new Map([...Object.values(packs.of), ...packs.local].map((one) => [one.ref.id, one]));
  return [...new Set(records.map(({ packId }) => packId))].map((packId) => {
    const of = (status: PolicyPack["status"]) =>
      records.find((record) => record.packId === packId && record.status === status) ?? null;
    return {
      packId,
      loaded: loaded.get(packId) ?? null,
      current: of("published"),
      draftSavedAt: of("draft")?.savedAt ?? null,
    };
  });
}
