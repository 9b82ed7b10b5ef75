import type ExcelJS from "exceljs";
import { peopleColumns, type PeopleLists, peopleLists } from "./people-columns.ts";
import { addListSheet, addPeopleSheet } from "./people-sheet.ts";
import { workbookBuffer } from "./workbook-buffer.ts";

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
  return workbookBuffer((workbook) => {
    addPeopleSheet(workbook, lists).commit();
    addInstructions(workbook, lists);
    addListSheet(workbook, lists);
  });
}

function addInstructions(workbook: ExcelJS.stream.xlsx.WorkbookWriter, lists: PeopleLists): void {
  const sheet = workbook.addWorksheet("填写说明");
  sheet.columns = [{ width: 16 }, { width: 10 }, { width: 60 }, { width: 40 }];
  const addBold = (values: string[]) => {
    const row = sheet.addRow(values);
    row.font = { bold: true };
    row.commit();
  };
  addBold(["专业技术人员信息导入模板填写说明"]);
  notes.forEach((note, index) => {
    sheet.addRow([`${index + 1}. ${note}`]).commit();
  });
  sheet.addRow([]).commit();
  addBold(["列名", "是否必填", "填写要求", "可选内容"]);
  for (const column of peopleColumns) {
    const choices = lists[column.key] ?? [];
    const shown =
      choices.length > 8 ? `${choices.slice(0, 8).join("、")}等${choices.length}项` : choices.join("、");
    sheet.addRow([column.header, column.required ? "必填" : "选填", column.hint, shown]).commit();
  }
  sheet.commit();
}
