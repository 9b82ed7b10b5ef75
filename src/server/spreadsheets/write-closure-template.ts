import { closureKindNames } from "../../shared/contracts/closures.ts";
import { guardFormula } from "./formula-guard.ts";
import { workbookBuffer } from "./workbook-buffer.ts";

/** Whose proof it is. */
export interface ClosureTemplate {
  closureKind: keyof typeof closureKindNames;
  name: string;
  creditCode: string | null;
}

type Line = [label: string, value: string];

const stamp = "　　　　　　年　　月　　日";

/** What only one of the two asks for. */
const ownLines: Record<ClosureTemplate["closureKind"], { facts: Line[]; opinions: Line[] }> = {
  close: { facts: [["专业技术人员是否均已调转", "□ 是　□ 否"]], opinions: [] },
  merge: {
    facts: [
      ["并入的目标单位名称", ""],
      ["目标单位统一社会信用代码", ""],
      ["转移的专业技术人员数", ""],
    ],
    opinions: [["目标单位意见（盖章）", stamp]],
  },
};

/** The proof of a 注销 or 合并, to be printed on one page, signed and stamped (DRG-01). */
export async function writeClosureTemplate(template: ClosureTemplate): Promise<Buffer> {
  const kindName = closureKindNames[template.closureKind];
  return workbookBuffer((workbook) => {
    const sheet = workbook.addWorksheet(`${kindName}证明`, {
      pageSetup: { paperSize: 9, orientation: "portrait", fitToPage: true, fitToWidth: 1, fitToHeight: 1 },
    });
    sheet.columns = [{ width: 28 }, { width: 62 }];
    const title = sheet.addRow([`单位账号${kindName}证明`]);
    title.font = { bold: true, size: 16 };
    title.commit();
    for (const [label, value] of linesOf(template, kindName)) {
      const row = sheet.addRow([label, guardFormula(value)]);
      row.height = label.includes("意见") || label.includes("原因") ? 72 : 28;
      row.alignment = { vertical: "middle", wrapText: true };
      row.commit();
    }
    sheet.addRow(["填写后打印盖章，扫描为 jpg、png 或 pdf 上传。"]).commit();
    sheet.commit();
  });
}

function linesOf({ closureKind, name, creditCode }: ClosureTemplate, kindName: string): Line[] {
  const { facts, opinions } = ownLines[closureKind];
  return [
    ["单位名称", name],
    ["统一社会信用代码", creditCode ?? ""],
    [`${kindName}原因`, ""],
    ["依据文件（文号）", ""],
    ...facts,
    ["经办人姓名、联系电话", ""],
    ["单位意见（盖章）", stamp],
    ["上级部门意见（盖章）", stamp],
    ...opinions,
  ];
}
