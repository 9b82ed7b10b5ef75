import type { Platform } from "../../components/platform.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** What is said of the last day on which the year is declared (PST-05); null before it is time to say it. */
export function closingText({
  year,
  today,
  closing,
}: Pick<Platform, "year" | "today" | "closing">): string | null {
  const { lastDay, shownFrom } = closing;
  if (today < shownFrom) return null;
  const left = Math.round((Date.parse(lastDay) - Date.parse(today)) / dayMs);
  if (left < 0) return `${year}年度学时申报已于${lastDay}截止`;
  if (left === 0) return `今天（${lastDay}）是${year}年度学时申报的最后一天`;
  return `距${year}年度学时申报截止（${lastDay}）还有${left}天`;
}
