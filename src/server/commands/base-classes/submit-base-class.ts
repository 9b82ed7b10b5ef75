import { type ClassParticipant, ClassParticipantModel } from "../../../models/class-participant.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import type { WorkflowParty } from "../../../models/workflow-instance.ts";
import type { submitBaseClass as contract } from "../../../shared/contracts/base-classes.ts";
import { classKeys } from "../../../shared/comparable-text.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { actingParty } from "../../queries/organizations/acting-party.ts";
import { grantingBureau } from "../../queries/organizations/granting-bureau.ts";
import { submitApplication } from "../applications/submit-application.ts";
import { loadOrganization } from "../training-plans/submit-training-plan.ts";
import {
  type BaseClass,
  type BaseClassData,
  type ClassContent,
  classHours,
  classTitle,
  requireBase,
  requireValidClass,
} from "./base-class.ts";
import { matchRoster, requireWholeRoster, type RosterMatch } from "./match-roster.ts";

/**
 * A base reports a class with its roster; the bureau that grants the base sets the hours (BAS-01 – BAS-03, CNV-01), by
 * somebody who was not in the class (AUD-10). One
 * class of a number is under review at a time; a later report of the same number adds participants. Errors:
 * `permission.denied` (403), `class.invalid`, `class.roster_invalid` (400) with a problem for each row,
 * `application.pending_exists` (409), `file.not_found` (404), `request.too_many` (429).
 */
export async function submitBaseClass(
  ctx: CommandContext,
  { roster, attachments, ...content }: InputOf<typeof contract>,
): Promise<BaseClass> {
  const actor = requireBase(ctx);
  requireValidClass(ctx, content);
  const base = await loadOrganization(actor.organizationId);
  const { matches, problems } = await matchRoster(ctx, { ...content, baseName: base.name }, roster);
  requireWholeRoster(problems);
  const own = [actor.accountId, ...matches.map(({ person }) => person.accountId)];
  const party = await classReviewer(base, own);
  const application = await submitApplication<BaseClassData>(ctx, {
    kind: "base-class",
    appliedBy: "organization",
    organization: base,
    person: null,
    counterpart: null,
    title: classTitle(content),
    year: content.year,
    data: classData(content, { baseName: base.name, matches }),
    attachments,
    openKey: `base-class:${base._id}:${content.classNumber}`,
    parties: { applicant: { kind: "organization", id: base._id }, grantingBureau: party },
    hours: classHours(content.subject, content.hours),
    origin: "base",
  });
  await insertParticipants(application._id, matches);
  return application;
}

/** Who sets the hours of a base's class: the bureau that grants it, or who acts for that (FLW-10). */
export async function classReviewer(base: Organization, own: readonly string[]): Promise<WorkflowParty> {
  const module = "declarations:review-base";
  return (await actingParty(await bureauOf(base), { module, own })).party;
}

/** The bureau that grants the base (BAS-02); of a base without a level the one that it belongs to. */
async function bureauOf(base: Organization): Promise<Organization> {
  const { regionCode, grantingLevel } = base;
  const granting = grantingLevel === null ? null : await grantingBureau({ regionCode, grantingLevel });
  if (granting !== null) return granting;
  const above = await OrganizationModel.find({
    _id: { $in: [...base.ancestorIds, ...(base.bureauId === null ? [] : [base.bureauId])] },
    kind: "bureau",
  }).lean<Organization[]>();
  const bureau = above.find(({ _id }) => _id === base.bureauId) ?? above[0];
  if (bureau === undefined) throw new Error(`base ${base._id} has no bureau`);
  return bureau;
}

/** The application's data of a class: as reported, without the granting bureau's word. */
export function classData(
  { hours: proposedHours, ...content }: ClassContent,
  { baseName, matches }: { baseName: string; matches: readonly RosterMatch[] },
): BaseClassData {
  const passed = matches.filter(({ result }) => result === "passed").length;
  const { name: className, classNumber } = content;
  const keys = classKeys({ baseName, className, classNumber });
  return { ...content, proposedHours, hours: null, rows: matches.length, passed, classKeys: keys };
}

/** Writes the roster of a class: whoever passed waits for his declaration. */
export async function insertParticipants(
  applicationId: string,
  matches: readonly RosterMatch[],
): Promise<void> {
  const rows = matches.map(
    ({ row, person, result }): ClassParticipant => ({
      _id: `${applicationId}-${person._id}`,
      applicationId,
      personId: person._id,
      personName: person.name,
      maskedIdNumber: person.maskedIdNumber,
      row,
      result,
      status: result === "passed" ? "waiting" : "not-passed",
      problem: null,
      declarationId: null,
      version: 0,
    }),
  );
  await ClassParticipantModel.insertMany(rows, { lean: true });
}
