import type { Application } from "../../../models/application.ts";
import type { WorkflowParty } from "../../../models/workflow-instance.ts";
import { AppError, invalidFields } from "../../../shared/app-error.ts";
import {
  deregistrationCaseNames,
  type submitDeregistration as contract,
} from "../../../shared/contracts/deregistrations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { isoDate } from "../../../shared/dates.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplying } from "../../permissions/applications.ts";
import { askerOf, personBlocks, requireNothingBlocks } from "../../queries/applications/blocking-items.ts";
import { actingParty } from "../../queries/organizations/acting-party.ts";
import { submitApplication } from "../applications/submit-application.ts";
import { tellReviewer } from "../applications/tell-reviewer.ts";
import { regionalBureau } from "../transfers/plan-destination.ts";
import { holdPeople } from "./hold-people.ts";
import { type ApplyingPerson, loadOwnPerson, loadUnitPerson } from "./load-applying-person.ts";

type Input = InputOf<typeof contract>;
type Case = keyof typeof deregistrationCaseNames;

export interface DeregistrationData {
  case: Case;
  caseName: string;
  /** day of retirement or death */
  on: string;
  remark: string;
}

/**
 * 申请账号注销 by the person or, on his behalf, by his unit (PER-11, PER-13): the unit reviews, then the bureau of its
 * region. Errors: `deregistration.transfer_instead` (400) for whoever only leaves the unit (PER-14),
 * `application.blocked` (409) while anything is open (of a deceased: what others have under way for him), 400 for a
 * death that the unit does not report with proof, those of `holdPeople` and `submitApplication`.
 */
export async function submitDeregistration(
  ctx: CommandContext,
  input: Input,
): Promise<Application<DeregistrationData>> {
  const actor = requireActor(ctx);
  const { person, unit } = await loadApplying(actor, input);
  const kind = caseOf(ctx, actor, input);
  await holdPeople([person]);
  const deceased = kind === "deceased";
  requireNothingBlocks(await personBlocks(person._id, { asker: askerOf(actor), deceased }));
  const caseName = deregistrationCaseNames[kind];
  const parties = await partiesOf(actor, { person, unit });
  const application = await submitApplication<DeregistrationData>(ctx, {
    kind: "person-deregistration",
    appliedBy: actor.role === "professional" ? "person" : "organization",
    organization: unit,
    person,
    counterpart: null,
    title: `${person.name}账号注销（${caseName}）`,
    year: null,
    data: { case: kind, caseName, on: input.on, remark: input.remark },
    attachments: input.attachments,
    openKey: `person-deregistration:${person._id}`,
    parties,
  });
  await tellReviewer(ctx, parties.employer, application);
  return application;
}

async function loadApplying(actor: Actor, { personId }: Input): Promise<ApplyingPerson> {
  if (actor.role === "professional") {
    if (personId !== undefined && personId !== actor.personId) throw new AppError("person.not_found");
    return await loadOwnPerson(actor);
  }
  authorizeApplying(actor, "person-deregistration");
  return await loadUnitPerson(actor, personId ?? "");
}

/** 退休 or 去世 only; the dead do not apply, and their death is proved. */
function caseOf(ctx: CommandContext, actor: Actor, input: Input): Case {
  if (input.case === "job-change" || input.case === "other")
    throw new AppError("deregistration.transfer_instead");
  if (input.on > isoDate(ctx.clock.now()))
    throw invalidFields([{ path: "body.on", message: "日期不能晚于今天" }]);
  if (input.case === "deceased" && actor.role === "professional")
    throw invalidFields([{ path: "body.case", message: "去世人员的账号由所在单位申请注销" }]);
  if (input.case === "deceased" && input.attachments.length === 0)
    throw invalidFields([{ path: "body.attachments", message: "请上传死亡证明" }]);
  return input.case;
}

async function partiesOf(
  actor: Actor,
  { person, unit }: ApplyingPerson,
): Promise<{ employer: WorkflowParty; regionalBureau: WorkflowParty }> {
  const of = { module: "changes:people" as const, own: [person.accountId, actor.accountId] };
  const employer = await actingParty(unit, of);
  const bureau = await actingParty(await regionalBureau(unit), of);
  return { employer: employer.party, regionalBureau: bureau.party };
}
