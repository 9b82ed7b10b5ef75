import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type {
  listOwnSubordinates,
  remindSubordinate,
  setReviewRight,
} from "../../shared/contracts/subordinates.ts";
import type { CommandContext } from "../command-context.ts";
import type { ReviewRight } from "../commands/subordinates/set-review-right.ts";
import type { Page } from "../queries/page.ts";
import type { SubordinateRow } from "../queries/subordinates/list-own-subordinates.ts";
import type { OpenItems } from "../queries/subordinates/open-items.ts";
import { presentOption } from "./organization.ts";

const dayMs = 24 * 60 * 60 * 1000;

export function presentSubordinates(
  page: Page<SubordinateRow>,
  ctx: CommandContext,
): ResponseOf<typeof listOwnSubordinates> {
  const now = ctx.clock.now();
  return { ...page, rows: page.rows.map((row) => ({ ...presentRow(row), ...waiting(row.items, now) })) };
}

function presentRow(row: SubordinateRow) {
  const { organization, superAdministrator } = row;
  const { reviewClosed, reviewClosedReason, hasAdministrator, remindedAt } = organization;
  return {
    ...presentOption(row),
    reviewClosed,
    reviewClosedReason: reviewClosedReason ?? null,
    hasAdministrator,
    superAdministrator,
    remindedAt: remindedAt?.toISOString() ?? null,
  };
}

/** What waits there, and since when. */
function waiting({ count, isExact, oldest }: OpenItems, now: Date) {
  const counted = { pending: count, pendingIsExact: isExact };
  if (oldest === null) return { ...counted, oldestAt: null, oldestDueAt: null, oldestDays: null };
  const { createdAt, dueAt } = oldest;
  const oldestDays = Math.floor((now.getTime() - createdAt.getTime()) / dayMs);
  return {
    ...counted,
    oldestAt: createdAt.toISOString(),
    oldestDueAt: dueAt?.toISOString() ?? null,
    oldestDays,
  };
}

export function presentReviewRight({
  organization,
  movedTasks,
}: ReviewRight): ResponseOf<typeof setReviewRight> {
  return { id: organization._id, reviewClosed: organization.reviewClosed, movedTasks };
}

export function presentReminder({ count, isExact }: OpenItems): ResponseOf<typeof remindSubordinate> {
  return { ok: true, pending: count, pendingIsExact: isExact };
}
