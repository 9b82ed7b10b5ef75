import { mostRosterRows } from "../../shared/contracts/base-classes.ts";
import { rosterColumns, rosterLists } from "./roster-columns.ts";
import { writeTemplate } from "./write-template.ts";

const notes = [
  "请在“学员名单”工作表中填写，每名学员一行，从第 2 行开始；请不要修改表头名称。",
  "身份证号列已设为文本格式，请直接输入或以“粘贴数值”方式粘贴，不要改成数字格式。",
  `一个班次最多 ${mostRosterRows} 人。`,
  "上传后逐行核对：有问题的行会列出原因，其余学员可以上报。",
];

/** The roster to fill in, 学员名单 (BAS-03). */
export async function writeRosterTemplate(): Promise<Buffer> {
  const layout = { name: "学员名单", columns: rosterColumns, lists: rosterLists };
  return writeTemplate(layout, { title: "培训班学员名单填写说明", notes });
}
