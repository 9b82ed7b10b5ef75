import { ClassParticipantModel } from "../../../models/class-participant.ts";
import type { resubmitBaseClass as contract } from "../../../shared/contracts/base-classes.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { loadOwnApplication } from "../applications/load-own-application.ts";
import { resubmitApplication } from "../applications/resubmit-application.ts";
import {
  type BaseClass,
  type BaseClassData,
  classHours,
  classTitle,
  requireBase,
  requireValidClass,
} from "./base-class.ts";
import { matchRoster, requireWholeRoster } from "./match-roster.ts";
import { classData, insertParticipants } from "./submit-base-class.ts";

/**
 * A returned class, corrected, with the whole roster anew (APR-11). Year and class number stay: another number is
 * another class. Errors: as `loadOwnApplication` and `submitBaseClass`; `application.not_correctable` (409).
 */
export async function resubmitBaseClass(
  ctx: CommandContext,
  { id, roster, attachments, ...content }: InputOf<typeof contract>,
): Promise<BaseClass> {
  requireBase(ctx);
  const reported = await loadOwnApplication<BaseClassData>(ctx, id, "base-class");
  requireValidClass(ctx, content, reported.data);
  const about = { ...content, baseName: reported.organizationName };
  const { matches, problems } = await matchRoster(ctx, about, roster);
  requireWholeRoster(problems);
  const corrected = await resubmitApplication<BaseClassData>(ctx, reported, {
    title: classTitle(content),
    data: classData(content, { baseName: about.baseName, matches }),
    attachments,
    subject: { hours: classHours(content.subject, content.hours) },
  });
  // Nothing has followed from the former roster: a class that was returned has declared nobody.
  await ClassParticipantModel.deleteMany({ applicationId: id });
  await insertParticipants(id, matches);
  return corrected;
}
