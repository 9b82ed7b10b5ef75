import type { z } from "zod";
import type { Application } from "../../models/application.ts";
import {
  applicationKindNames,
  type applicationRow,
  type applicationView,
  type listApplications as listContract,
} from "../../shared/contracts/applications.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import { isoDate } from "../../shared/dates.ts";
import { outcomeName } from "../../shared/dictionaries/outcomes.ts";
import { type CommandContext, requireActor } from "../command-context.ts";
import { returnedForCorrection } from "../commands/applications/move-application.ts";
import { acceptStep } from "../commands/transfers/transfer-data.ts";
import { isApplicant, isReceiving, mayObject } from "../permissions/applications.ts";
import { statusNameOf } from "./application-status.ts";
import type { ApplicationRow } from "../queries/applications/list-applications.ts";
import { applicationRows } from "../queries/applications/list-applications.ts";
import type { Page } from "../queries/page.ts";

type RowView = z.output<typeof applicationRow>;
type View = z.output<typeof applicationView>;

/** One line of the application records. */
export function presentApplicationRow(row: ApplicationRow): RowView {
  const { application, holderName, openElementId } = row;
  const { _id, kind, status, submittedAt, decidedAt } = application;
  const { number, title, organizationName, personId, personName, maskedIdNumber } = application;
  const { applicantName, counterpartName, year, reason, instanceId } = application;
  return {
    id: _id,
    number,
    kind,
    kindName: applicationKindNames[kind],
    title,
    organizationName,
    personId,
    personName,
    maskedIdNumber,
    applicantName,
    counterpartName,
    year,
    status,
    statusName: statusNameOf(application, openElementId),
    reason,
    submittedAt: submittedAt.toISOString(),
    decidedAt: decidedAt?.toISOString() ?? null,
    instanceId,
    holderName,
    reviews: reviewsOf(row),
  } satisfies RowView;
}

function reviewsOf({ decided }: ApplicationRow): RowView["reviews"] {
  return decided.flatMap(({ decidedBy, decidedAt, outcome }) =>
    decidedBy === null || decidedAt === null
      ? []
      : {
          organizationName: decidedBy.organizationName,
          outcomeName: outcomeName(outcome ?? ""),
          decidedAt: decidedAt.toISOString(),
        },
  );
}

export function presentApplications(page: Page<ApplicationRow>): ResponseOf<typeof listContract> {
  return { ...page, rows: page.rows.map(presentApplicationRow) };
}

/** All that the applicant or a reviewer needs to see of one application. */
export function presentApplication(row: ApplicationRow, ctx: CommandContext): View {
  const { application } = row;
  const { status, kind } = application;
  const actor = requireActor(ctx);
  const isOwn = isApplicant(actor, application);
  const isReturned = status === "rejected" && returnedForCorrection.has(kind);
  return {
    ...presentApplicationRow(row),
    data: application.data,
    attachments: application.attachments,
    canWithdraw: isOwn && (status === "pending" || status === "scheduled" || isReturned),
    canResubmit: isOwn && isReturned,
    canObject: mayObject(actor, application, isoDate(ctx.clock.now())),
    canAccept: row.openElementId === acceptStep && isReceiving(actor, application),
  } satisfies View;
}

/** An application that was just submitted or corrected, with its new holder. */
export async function presentSubmittedApplication(
  application: Application<object>,
  ctx: CommandContext,
): Promise<View> {
  const one = application as Application;
  const rows = await applicationRows(requireActor(ctx), [one]);
  return presentApplication(
    rows[0] ?? { application: one, holderName: null, openElementId: null, decided: [] },
    ctx,
  );
}
