import { classResultNames } from "../../shared/contracts/base-classes.ts";
import type { ColumnLists, SheetColumn } from "./sheet-columns.ts";

export type RosterColumnKey = "name" | "idNumber" | "result";

/** The columns of a class's roster, 学员名单 (BAS-03). */
export const rosterColumns: readonly SheetColumn<RosterColumnKey>[] = [
  { key: "name", header: "姓名", required: true, kind: "text", width: 14, hint: "与平台登记的姓名一致" },
  {
    key: "idNumber",
    header: "身份证号",
    required: true,
    kind: "code",
    width: 24,
    hint: "18位，文本格式，末位X大写",
  },
  { key: "result", header: "考核结果", required: true, kind: "text", width: 12, hint: "合格 或 不合格" },
];

export const rosterLists: ColumnLists<RosterColumnKey> = { result: Object.values(classResultNames) };
