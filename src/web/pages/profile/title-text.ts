import { nameOf } from "../../../shared/dictionaries/entry.ts";
import { titleLevels, titleSeries } from "../../../shared/dictionaries/titles.ts";
import type { OwnProfile } from "./use-own-profile.ts";

/** A title in words: `卫生技术人员 中级 主治医师（2014-06-01取得）`. */
export function titleText({ series, level, name, obtainedOn }: OwnProfile["titles"][number]): string {
  const words = [series === null ? null : nameOf(titleSeries, series), nameOf(titleLevels, level), name];
  const text = words.filter((word) => word !== null).join(" ");
  return obtainedOn === null ? text : `${text}（${obtainedOn}取得）`;
}
