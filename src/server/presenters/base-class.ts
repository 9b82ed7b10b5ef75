import type { ClassParticipant } from "../../models/class-participant.ts";
import {
  classParticipantStatusNames,
  classResultNames,
  type getBaseClass as getContract,
  type listClassParticipants as participantsContract,
} from "../../shared/contracts/base-classes.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../command-context.ts";
import { requireActor } from "../command-context.ts";
import type { BaseClass } from "../commands/base-classes/base-class.ts";
import { isApplicant } from "../permissions/applications.ts";
import type { BaseClassDetail } from "../queries/base-classes/get-base-class.ts";
import type { Page } from "../queries/page.ts";
import { presentApplication, presentApplicationRow } from "./application.ts";

/** A class with its hours and how far its declarations are (BAS-03). */
export function presentBaseClass(
  detail: BaseClassDetail,
  ctx: CommandContext,
): ResponseOf<typeof getContract> {
  const { data } = detail.application as unknown as BaseClass;
  const { classNumber, name, subject, content, startDate, endDate, place, proposedHours, hours } = data;
  const { attachments, canWithdraw, canResubmit } = presentApplication(detail, ctx);
  const { waiting, declared, failed } = detail.counts;
  const isOwn = isApplicant(requireActor(ctx), detail.application);
  return {
    ...presentApplicationRow(detail),
    classNumber,
    name,
    subject,
    content,
    startDate,
    endDate,
    place,
    proposedHours,
    hours,
    attachments,
    progress: { rows: data.rows, passed: data.passed, waiting, declared, failed },
    canWithdraw,
    canResubmit,
    canRetry: isOwn && detail.application.status === "approved" && failed > 0,
  };
}

export function presentClassParticipants(
  page: Page<ClassParticipant>,
): ResponseOf<typeof participantsContract> {
  return {
    ...page,
    rows: page.rows.map(({ row, personId, personName, maskedIdNumber, result, status, ...rest }) => ({
      row,
      personId,
      personName,
      maskedIdNumber,
      result,
      resultName: classResultNames[result],
      status,
      statusName: classParticipantStatusNames[status],
      problem: rest.problem,
      declarationId: rest.declarationId,
    })),
  };
}
