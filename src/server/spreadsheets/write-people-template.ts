import { peopleColumns, type PeopleLists, peopleLists } from "./people-columns.ts";
import { writeTemplate } from "./write-template.ts";

const notes = [
  "请在“人员信息”工作表中填写，每人一行，从第 2 行开始；请不要修改表头名称。",
  "红色表头（带 * 号）为必填项，其余可不填。",
  "身份证号、手机号码等列已设为文本格式，请直接输入或以“粘贴数值”方式粘贴，不要改成数字格式。",
  "有下拉列表的列请从列表中选择。",
  "一次最多导入 50000 人，文件不超过 20 MB。",
  "导入成功的人员账号即为已审核，初始密码为身份证号后六位，首次登录须修改。",
  "导入失败的人员会生成失败信息表，第一列写明原因；修改后可直接重新上传该表。",
];

/**
 * The workbook to fill in (IMP-01, IMP-03): the sheet for the people, a sheet of instructions, and the lists
 * of the drop-downs on a hidden sheet.
 */
export async function writePeopleTemplate(lists: PeopleLists = peopleLists()): Promise<Buffer> {
  const layout = { name: "人员信息", columns: peopleColumns, lists };
  return writeTemplate(layout, { title: "专业技术人员信息导入模板填写说明", notes });
}
