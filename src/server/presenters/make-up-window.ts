import type { MakeUpWindow } from "../../models/make-up-window.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type {
  listMakeUpWindows as listContract,
  openMakeUpWindow as openContract,
} from "../../shared/contracts/make-up-windows.ts";
import { isoDate } from "../../shared/dates.ts";
import type { CommandContext } from "../command-context.ts";
import type { Page } from "../queries/page.ts";

export function presentMakeUpWindow(
  window: MakeUpWindow,
  ctx: CommandContext,
): ResponseOf<typeof openContract> {
  const today = isoDate(ctx.clock.now());
  const { _id, target, targetId, targetName, year, reason, from, to, closedAt } = window;
  return {
    id: _id,
    target,
    targetId,
    targetName,
    year,
    reason,
    from,
    to,
    open: closedAt === null && from <= today && today <= to,
    openedBy: window.openedByName,
    openedByOrganization: window.openedByOrganizationName,
    openedAt: window.openedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
    closedBy: window.closedByName,
    closeReason: window.closeReason,
  };
}

export function presentMakeUpWindows(
  page: Page<MakeUpWindow>,
  ctx: CommandContext,
): ResponseOf<typeof listContract> {
  return { ...page, rows: page.rows.map((row) => presentMakeUpWindow(row, ctx)) };
}
