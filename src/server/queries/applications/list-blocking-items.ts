import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { BlockingItem, listBlockingItems as contract } from "../../../shared/contracts/applications.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplying } from "../../permissions/applications.ts";
import { departmentFilter } from "../../permissions/departments.ts";
import { askerOf, closureBlocks, organizationBlocks, personBlocks } from "./blocking-items.ts";

type Input = InputOf<typeof contract>;

/**
 * What stands in the way of an application, before it is filled in (ORG-10, DRG-02, TRF-01). Of the professional
 * himself, of one of the organization's people, or of the organization. `permission.denied` (403) for whoever may not
 * apply, `person.not_found` (404) for somebody else's people.
 */
export async function listBlockingItems(
  ctx: CommandContext,
  input: Input,
): Promise<{ items: BlockingItem[] }> {
  const actor = requireActor(ctx);
  const asker = askerOf(actor);
  switch (input.kind) {
    case "transfer":
    case "person-deregistration":
      return { items: await personBlocks(await personOf(actor, input, input.kind), { asker }) };
    case "person-death": {
      const personId = await personOf(actor, input, "person-deregistration");
      return { items: await personBlocks(personId, { asker, deceased: true }) };
    }
    case "organization-merger":
      authorizeApplying(actor, "organization-closure");
      return { items: await closureBlocks(ctx, actor.organizationId, { closureKind: "merge" }) };
    case "organization-closure":
      authorizeApplying(actor, input.kind);
      return { items: await closureBlocks(ctx, actor.organizationId, { closureKind: "close" }) };
    case "organization-change":
    case "superior-change":
      authorizeApplying(actor, input.kind);
      return { items: await organizationBlocks(actor.organizationId) };
  }
}

async function personOf(
  actor: Actor,
  { personId }: Input,
  kind: "transfer" | "person-deregistration",
): Promise<string> {
  if (actor.role === "professional") {
    if (actor.personId === null || (personId !== undefined && personId !== actor.personId))
      throw new AppError("person.not_found");
    return actor.personId;
  }
  authorizeApplying(actor, kind);
  const own = { _id: personId ?? "", organizationId: actor.organizationId, ...departmentFilter(actor) };
  if ((await PersonModel.exists(own)) === null) throw new AppError("person.not_found");
  return personId ?? "";
}
