import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import type { WorkflowParty } from "../../../models/workflow-instance.ts";
import { transferObjection } from "../../../rules/transfer-objection.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { submitTransfer as contract, TransferData } from "../../../shared/contracts/transfers.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { personBlocks, requireNothingBlocks } from "../../queries/applications/blocking-items.ts";
import { actingParty } from "../../queries/organizations/acting-party.ts";
import { submitApplication } from "../applications/submit-application.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import type { ApplyingPerson } from "../people/load-applying-person.ts";
import { type Destination, planDestination } from "./plan-destination.ts";
import type { Transfer } from "./transfer-data.ts";

type Input = InputOf<typeof contract>;

const module = "transfers:manage";

/**
 * Starts the transfer of one person (TRF-01, TRF-08, TRF-09): nothing else of his may be open, and from now on nothing
 * can be (TRF-11). Errors: those of `planDestination` and `submitApplication`; `person.transfer_open` (409) for a
 * second one, `application.blocked` (409) with all that stands in the way.
 */
export async function startTransfer(
  ctx: CommandContext,
  { person, unit }: ApplyingPerson,
  { input, way }: { input: Input; way: TransferData["way"] },
): Promise<Transfer> {
  if (person.openTransferId !== null)
    throw new AppError("person.transfer_open", { person: way === "person" ? "您" : person.name });
  requireNothingBlocks(
    await personBlocks(person._id, { asker: way === "person" ? "person" : "organization" }),
  );
  const destination = await planDestination(ctx, person, { unit, to: input.to });
  const parties = await partiesOf(ctx, { person, unit }, { destination, way });
  const { confirming, outsidePlace, departmentId, departmentName } = destination;
  const { reason } = input;
  const transfer = await submitApplication<TransferData>(ctx, {
    kind: "transfer",
    appliedBy: way === "person" ? "person" : "organization",
    organization: unit,
    person,
    counterpart: confirming,
    title: `${person.name}：${unit.name} → ${destination.name}`,
    year: null,
    data: {
      way,
      outsidePlace,
      departmentId,
      departmentName,
      reason,
      rejectedAt: null,
      objection: way === "employer" ? objectionRight(ctx) : null,
    },
    attachments: input.attachments,
    openKey: `transfer:${person._id}`,
    parties,
    facts: { way },
  });
  await markOpen(transfer);
  await tellReviewer(ctx, transfer, parties);
  return transfer;
}

/** Of the day that the person is told on: a policy that is published later changes nothing for him (TRF-14). */
function objectionRight(ctx: CommandContext): TransferData["objection"] {
  const now = ctx.clock.now();
  const { days, blocks } = transferObjection(ctx.app.packs, yearOf(now));
  if (days <= 0) return null;
  const until = isoDate(new Date(now.getTime() + days * 86_400_000));
  return { days, until, blocks, reason: null, at: null };
}

/** Written guarded: a declaration or another application of the person at the same moment excludes it (TRF-11). */
async function markOpen({ _id, personId, organizationId }: Transfer): Promise<void> {
  const free = { _id: personId ?? "", organizationId, status: "active" as const, openTransferId: null };
  const marked = await PersonModel.updateOne(free, { $set: { openTransferId: _id }, $inc: { version: 1 } });
  if (marked.matchedCount === 0) throw new AppError("request.conflict");
}

/** Nobody releases or accepts himself, and nobody who is missing is waited for (AUD-10, TRF-12). */
async function partiesOf(
  ctx: CommandContext,
  { person, unit }: ApplyingPerson,
  { destination, way }: { destination: Destination; way: TransferData["way"] },
): Promise<Record<string, WorkflowParty>> {
  const own = [person.accountId, requireActor(ctx).accountId];
  const release = await actingParty(unit, { module, own });
  const superior = await actingParty(await organizationAbove(release.organization), { module, own });
  const accept = await actingParty(destination.confirming, { module, own });
  const releasing = way === "person" ? release.party : { kind: "organization" as const, id: unit._id };
  return {
    originalEmployer: releasing,
    originalEmployerSuperior: superior.party,
    newEmployer: accept.party,
  };
}

/** The next above, or the 同级人社; at the top the organization itself. */
async function organizationAbove(organization: Organization): Promise<Organization> {
  const above = organization.superiorId ?? organization.bureauId;
  if (above === null) return organization;
  return (await OrganizationModel.findById(above).lean<Organization>()) ?? organization;
}

async function tellReviewer(
  ctx: CommandContext,
  transfer: Transfer,
  parties: Readonly<Record<string, WorkflowParty>>,
): Promise<void> {
  const { _id, number, title, data } = transfer;
  const reviewer = data.way === "person" ? parties["originalEmployer"] : parties["newEmployer"];
  if (reviewer === undefined) return;
  const what = data.way === "person" ? "申请调出，请审核" : "转入本单位，请核对后确认调转";
  await tellAdministrators(
    ctx,
    { organizationId: reviewer.id, module, item: transfer },
    {
      kind: "transfer.submitted",
      title: "人员调转",
      text: `「${title}」（${number}）${what}。`,
      subjectId: _id,
    },
  );
}
