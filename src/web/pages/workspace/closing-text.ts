import type { Platform } from "../../components/platform.ts";
import type { TaskCounts } from "../workflow/task-chips.ts";

const dayMs = 24 * 60 * 60 * 1000;

function daysLeft(today: string, lastDay: string): number {
  return Math.round((Date.parse(lastDay) - Date.parse(today)) / dayMs);
}

/** What is said of the last day on which the year is declared (PST-05); null before it is time to say it. */
export function closingText({
  year,
  today,
  closing,
}: Pick<Platform, "year" | "today" | "closing">): string | null {
  const { lastDay, shownFrom } = closing;
  if (today < shownFrom) return null;
  const left = daysLeft(today, lastDay);
  if (left < 0) return closedText({ today, year, ...closing });
  if (left === 0) return `今天（${lastDay}）是${year}年度学时申报的最后一天`;
  return `距${year}年度学时申报截止（${lastDay}）还有${left}天`;
}

/** What is said of a year that is closed, with its days of grace while there are any (PST-04). */
export function closedText({
  today,
  year,
  lastDay,
  lastCorrectionDay,
}: { today: string } & NonNullable<Platform["yearInGrace"]>): string {
  const closed = `${year}年度学时申报已于${lastDay}截止`;
  return today > lastCorrectionDay
    ? closed
    : `${closed}，被退回的申报可在${lastCorrectionDay}前（含当天）修改并重新提交`;
}

type Group = TaskCounts["groups"][number];

/** What of an office's work would miss the last day of approvals, by year and process (PST-04, PST-05). */
export function approvalTexts(groups: readonly Group[], today: string): string[] {
  return groups.flatMap(({ year, processName, approvalLimit }) => {
    if (approvalLimit === null || year === null) return [];
    const { lastDay, isOver, count } = approvalLimit;
    const work = `${processName}有${count}件`;
    if (isOver) return [`${year}年度的审批已于${lastDay}截止：${work}未审核，只能驳回`];
    const left = daysLeft(today, lastDay);
    const until = left === 0 ? `今天（${lastDay}）截止` : `${lastDay}截止，还有${left}天`;
    return [`${year}年度的审批${until}：${work}待审核，截止后不能再审核通过`];
  });
}
