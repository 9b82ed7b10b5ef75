import type { LoadedPack } from "../../../rules/load-packs.ts";
import type { App, CommandContext } from "../../command-context.ts";
import { decidesYears } from "../../queries/policies/year-kinds.ts";
import { type PolicyRef, rebuildLedger } from "../credits/rebuild-ledger.ts";
import { enqueue } from "../enqueue.ts";

/** Longer than any node answers by the version before (docs/decisions/0012). */
const delaySeconds = 5;

/** Has the stored years follow a version that comes into force with this transaction, when it decides years (REQ-08). */
export async function enqueueFollowing(ctx: CommandContext, { ref, pack }: LoadedPack): Promise<void> {
  if (!decidesYears(pack.kind)) return;
  const data = { packId: ref.id, packVersion: ref.version };
  await enqueue(ctx, "years.follow-policy", { data, delaySeconds });
}

/**
 * The job after a policy that decides years came into force or was rolled back (REQ-08): every stored year is determined
 * anew by the packs in force, and what differs is written and audited, with the certificates that show it. Running twice,
 * or beside `xueshi ledger rebuild`, is harmless.
 */
export async function followPolicy(app: App, policy: PolicyRef): Promise<void> {
  await app.policies.refresh();
  await rebuildLedger(app, { repair: true, policy, report: () => undefined });
}
