import { ClassParticipantModel } from "../../../models/class-participant.ts";
import { yearClosing } from "../../../rules/year-closing.ts";
import type { resubmitBaseClass as contract } from "../../../shared/contracts/base-classes.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { isoDate } from "../../../shared/dates.ts";
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
import { matchRoster, requireWholeRoster, type RosterMatch, type RosterProblem } from "./match-roster.ts";
import { classData, insertParticipants } from "./submit-base-class.ts";

/**
 * A returned class, corrected, with the whole roster anew (APR-11). Year and class number stay: another number is
 * another class. In the days of grace after the year's last day nobody is added to it (PST-04). Errors: as `loadOwnApplication` and `submitBaseClass`; `application.not_correctable` (409).
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
  requireWholeRoster([...problems, ...(await addedInGrace(ctx, reported, matches))]);
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

async function addedInGrace(
  ctx: CommandContext,
  { _id: applicationId, data }: BaseClass,
  matches: readonly RosterMatch[],
): Promise<RosterProblem[]> {
  const { lastDay } = yearClosing(ctx.app.packs, data.year);
  if (isoDate(ctx.clock.now()) <= lastDay) return [];
  const reported = new Set(await ClassParticipantModel.distinct("personId", { applicationId }));
  const added = matches.filter(({ person }) => !reported.has(person._id));
  const message = `${data.year}年度学时申报已截止，修改时不能增加学员`;
  return added.map(({ row }) => ({ row, code: "roster.added_late", message }));
}
